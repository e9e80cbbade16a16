// SPDX-License-Identifier: MIT OR Apache-2.0
//! Numbers with a letter behind them that gives their type: `2.0D`, `1L`, `1S`, `1Y`, `2.0F`, `1.0BD`.
//!
//! The parser does not know them: it takes the letter for an alias. So they become casts before it sees them.

use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan, Tokenizer};

use super::dialect::Spark;

/// The words of a text, with every such number as a cast.
pub(super) fn as_casts(tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    let mut result: Vec<TokenWithSpan> = Vec::with_capacity(tokens.len());
    for token in tokens {
        match result.last().and_then(|number| cast(number, &token)) {
            Some(cast) => {
                result.pop();
                result.extend(cast);
            }
            None => result.push(token),
        }
    }
    result
}

/// The cast that two words stand for, if they touch and are a number and its letter.
fn cast(number: &TokenWithSpan, letter: &TokenWithSpan) -> Option<Vec<TokenWithSpan>> {
    let data_type = match (&number.token, &letter.token) {
        // the parser knows this letter, but not that it gives a type
        (Token::Number(_, true), _) => return None,
        (Token::Number(digits, false), Token::Word(word)) if word.quote_style.is_none() => {
            match word.value.to_uppercase().as_str() {
                "D" => "DOUBLE".to_owned(),
                "F" => "FLOAT".to_owned(),
                "S" => "SMALLINT".to_owned(),
                "Y" => "TINYINT".to_owned(),
                "BD" => decimal(digits),
                _ => return None,
            }
        }
        _ => return None,
    };
    if number.span.end != letter.span.start {
        return None;
    }
    let text = format!("{}::{data_type}", number.token);
    let words = Tokenizer::new(&Spark, &text).tokenize().ok()?;
    Some(words.into_iter().map(|word| TokenWithSpan::new(word, number.span)).collect())
}

/// The narrowest decimal that holds a number.
fn decimal(digits: &str) -> String {
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let whole = whole.trim_start_matches('0').len();
    format!("DECIMAL({}, {})", (whole + fraction.len()).max(1), fraction.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn casts(text: &str) -> String {
        let tokens = Tokenizer::new(&Spark, text).tokenize_with_location().unwrap();
        as_casts(tokens).iter().map(|token| token.token.to_string()).collect()
    }

    #[test]
    fn numbers_with_letters_become_casts() {
        assert_eq!(
            casts("SELECT 2.0D, 1S+3y, '1D' AS d, 1.50BD"),
            "SELECT 2.0::DOUBLE, 1::SMALLINT+3::TINYINT, '1D' AS d, 1.50::DECIMAL(3, 2)"
        );
        assert_eq!(casts("SELECT 1 D, x1D, 1 AS `2D`"), "SELECT 1 D, x1D, 1 AS `2D`");
    }
}
