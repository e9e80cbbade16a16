// SPDX-License-Identifier: MIT OR Apache-2.0
//! `Table`: text in boxes, with the widths that Keras' table has.

/// On which side of its column a text stands.
#[derive(Clone, Copy, Debug)]
pub(super) enum Align {
    Left,
    Right,
}

/// The head of a column.
#[derive(Debug)]
pub(super) struct Column {
    name: &'static str,
    align: Align,
}

impl Column {
    pub(super) fn new(name: &'static str, align: Align) -> Self {
        Self { name, align }
    }
}

/// Rows of cells under heads.
pub(super) struct Table {
    columns: Vec<Column>,
    /// Characters of a cell with one space on each side.
    widths: Vec<usize>,
    body: Vec<String>,
}

impl Table {
    /// A table whose columns end at the given shares of the line.
    pub(super) fn new(columns: Vec<Column>, positions: &[f64], line_length: usize) -> Self {
        let widths = widths(positions, line_length);
        Self { columns, widths, body: Vec::new() }
    }

    pub(super) fn row(&mut self, cells: &[String]) {
        if !self.body.is_empty() {
            self.body.push(self.rule(['├', '─', '┼', '┤']));
        }
        for line in self.wrapped(cells.iter().map(String::as_str)) {
            self.body.push(self.line(&line, '│'));
        }
    }

    /// The lines that cells take in their columns; the missing ones are empty.
    fn wrapped<'a>(&self, cells: impl Iterator<Item = &'a str>) -> Vec<Vec<String>> {
        let cells: Vec<Vec<String>> =
            cells.zip(&self.widths).map(|(cell, width)| wrap(cell, width - 2)).collect();
        let height = cells.iter().map(Vec::len).max().unwrap_or(1);
        let text = |i: usize| move |cell: &Vec<String>| cell.get(i).cloned().unwrap_or_default();
        (0..height).map(|i| cells.iter().map(text(i)).collect()).collect()
    }

    /// The heads, which stand on the ground of their row.
    fn heads(&self) -> Vec<Vec<String>> {
        let mut lines = self.wrapped(self.columns.iter().map(|column| column.name));
        for column in 0..self.columns.len() {
            let empty = lines.iter().rev().take_while(|line| line[column].is_empty()).count();
            let mut texts: Vec<String> =
                lines.iter_mut().map(|line| std::mem::take(&mut line[column])).collect();
            texts.rotate_right(empty);
            lines.iter_mut().zip(texts).for_each(|(line, text)| line[column] = text);
        }
        lines
    }

    pub(super) fn render(&self) -> String {
        let mut lines = vec![self.rule(['┏', '━', '┳', '┓'])];
        lines.extend(self.heads().iter().map(|line| self.line(line, '┃')));
        lines.push(self.rule(['┡', '━', '╇', '┩']));
        lines.extend(self.body.iter().cloned());
        lines.push(self.rule(['└', '─', '┴', '┘']));
        lines.join("\n") + "\n"
    }

    fn rule(&self, [left, line, cross, right]: [char; 4]) -> String {
        let parts: Vec<String> =
            self.widths.iter().map(|width| line.to_string().repeat(*width)).collect();
        format!("{left}{}{right}", parts.join(&cross.to_string()))
    }

    fn line(&self, cells: &[String], bar: char) -> String {
        let mut text = bar.to_string();
        for ((cell, width), column) in cells.iter().zip(&self.widths).zip(&self.columns) {
            let gap = " ".repeat((width - 2).saturating_sub(cell.chars().count()));
            match column.align {
                Align::Left => text += &format!(" {cell}{gap} {bar}"),
                Align::Right => text += &format!(" {gap}{cell} {bar}"),
            }
        }
        text
    }
}

/// The widths that fit the line: as the positions say, and then all of them made smaller by the same amount.
///
/// The amount is spread from the left, each share rounded to the nearest whole, halves to the even.
fn widths(positions: &[f64], line_length: usize) -> Vec<usize> {
    let ends: Vec<usize> = positions.iter().map(|p| (p * line_length as f64) as usize).collect();
    let starts = std::iter::once(0).chain(ends.iter().copied());
    let wanted: Vec<usize> = ends.iter().zip(starts).map(|(end, start)| end - start + 2).collect();
    let total: usize = wanted.iter().sum::<usize>() + wanted.len() + 1;
    let mut excess = total.saturating_sub(line_length);
    let mut left = wanted.len();
    let mut widths = Vec::with_capacity(wanted.len());
    for width in wanted {
        let share = (excess as f64 / left as f64).round_ties_even() as usize;
        widths.push(width.saturating_sub(share).max(4));
        excess -= share;
        left -= 1;
    }
    widths
}

/// Words put into lines; a word that is too long is cut.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        let fits =
            lines.last().map(|line| line.chars().count() + 1 + word.chars().count() <= width);
        match (lines.last_mut(), fits) {
            (Some(line), Some(true)) => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(cut(word, width)),
        }
    }
    lines
}

fn cut(word: &str, width: usize) -> String {
    if word.chars().count() <= width {
        return word.to_owned();
    }
    word.chars().take(width.saturating_sub(1)).chain(std::iter::once('…')).collect()
}
