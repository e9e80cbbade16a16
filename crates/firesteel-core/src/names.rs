// SPDX-License-Identifier: MIT OR Apache-2.0
//! Finding an item by name, with "did you mean".

use crate::{Result, err};

/// The known name that is most like `name`, if any is like it at all; case does not matter.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = name.to_lowercase();
    known
        .into_iter()
        .map(|candidate| {
            (strsim::damerau_levenshtein(&wanted, &candidate.to_lowercase()), candidate)
        })
        .filter(|(distance, candidate)| *distance <= 1 + wanted.len().max(candidate.len()) / 4)
        // of two that are equally near, the one in the same letters
        .min_by_key(|(distance, candidate)| {
            (*distance, strsim::damerau_levenshtein(name, candidate))
        })
        .map(|(_, candidate)| candidate)
}

/// The names as a sentence lists them; a long list is cut and counted.
pub fn known_list(known: &[&str]) -> String {
    const SHOWN: usize = 40;
    match known.len() {
        0 => "none".to_owned(),
        n if n <= SHOWN => known.join(", "),
        n => format!("{} and {} more", known[..SHOWN].join(", "), n - SHOWN),
    }
}

/// The entry of a family's list with the given name; an unknown one lists the known and the nearest.
///
/// # Errors
/// `UnknownName` when no entry has that name.
///
/// # Examples
/// ```
/// use firesteel_core::names::find;
///
/// let sizes = [("small", 1), ("large", 9)];
/// assert_eq!(find("size", "large", &sizes)?, &9);
/// assert!(find("size", "lrage", &sizes).unwrap_err().to_string().contains("did you mean `large`?"));
/// # Ok::<(), firesteel_core::Error>(())
/// ```
pub fn find<'a, T>(what: &str, name: &str, entries: &'a [(&str, T)]) -> Result<&'a T> {
    let found = entries.iter().find(|(known, _)| *known == name).map(|(_, entry)| entry);
    found.ok_or_else(|| err::unknown_name(what, name, entries.iter().map(|(known, _)| *known)))
}

/// `BatchNormalization` as Keras writes it in names and files: `batch_normalization`.
pub fn snake_case(class_name: &str) -> String {
    let chars: Vec<char> =
        class_name.chars().filter(|c| c.is_alphanumeric() || *c == '_').collect();
    let mut snake = String::with_capacity(chars.len() + 4);
    for (i, &c) in chars.iter().enumerate() {
        let after_lower = i > 0 && (chars[i - 1].is_lowercase() || chars[i - 1].is_ascii_digit());
        let before_lower = chars.get(i + 1).is_some_and(|next| next.is_lowercase());
        let starts_word = c.is_uppercase() && i > 0 && chars[i - 1] != '_';
        if starts_word && ((after_lower && chars[i - 1].is_lowercase()) || before_lower) {
            snake.push('_');
        }
        snake.extend(c.to_lowercase());
    }
    snake
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_nearest_name() {
        assert_eq!(nearest("rleu", ["elu", "relu", "selu"]), Some("relu"));
        assert_eq!(nearest("Softmax", ["softmax"]), Some("softmax"));
        assert_eq!(nearest("zebra", ["relu", "tanh"]), None);
    }

    #[test]
    fn snake_case_is_the_one_keras_writes() {
        for (class_name, snake) in [
            ("Dense", "dense"),
            ("BatchNormalization", "batch_normalization"),
            ("Conv2D", "conv2d"),
            ("Conv2DTranspose", "conv2d_transpose"),
            ("MaxPooling2D", "max_pooling2d"),
            ("ReLU", "re_lu"),
            ("LeakyReLU", "leaky_re_lu"),
            ("PReLU", "p_re_lu"),
            ("ConvLSTM2D", "conv_lstm2d"),
            ("SimpleRNN", "simple_rnn"),
            ("UpSampling2D", "up_sampling2d"),
            ("RMSprop", "rm_sprop"),
            ("InputLayer", "input_layer"),
            ("GlobalAveragePooling2D", "global_average_pooling2d"),
        ] {
            assert_eq!(snake_case(class_name), snake);
        }
    }
}
