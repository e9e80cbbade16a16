// SPDX-License-Identifier: MIT OR Apache-2.0
//! The sum over taps and channels as stretches that lie contiguous in source and weights.

/// A stretch of the sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Segment {
    /// Where the first pixel's numbers start, counted from the source pointer.
    pub(crate) source: usize,
    /// The first row of the weights.
    pub(crate) weights: usize,
    /// Numbers in the stretch.
    pub(crate) len: usize,
}

/// A list of segments, joined where they touch and cut where a block of the weights ends.
pub(crate) struct Segments {
    pub(crate) list: Vec<Segment>,
    block: usize,
}

impl Segments {
    /// No segments; none will span a multiple of `block` rows of the weights.
    pub(crate) fn cut_every(block: usize) -> Self {
        Self { list: Vec::new(), block }
    }

    /// Adds what comes next in the order of the weights.
    pub(crate) fn push(&mut self, mut next: Segment) {
        while next.len > 0 {
            let len = next.len.min(self.block - next.weights % self.block);
            self.join(Segment { len, ..next });
            next.source += len;
            next.weights += len;
            next.len -= len;
        }
    }

    fn join(&mut self, next: Segment) {
        if let Some(last) = self.list.last_mut() {
            let touches = last.source + last.len == next.source
                && last.weights + last.len == next.weights
                && !next.weights.is_multiple_of(self.block);
            if touches {
                last.len += next.len;
                return;
            }
        }
        self.list.push(next);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(source: usize, weights: usize, len: usize) -> Segment {
        Segment { source, weights, len }
    }

    #[test]
    fn what_touches_on_both_sides_is_joined() {
        let mut segments = Segments::cut_every(100);
        segments.push(segment(5, 0, 3));
        segments.push(segment(8, 3, 3));
        segments.push(segment(20, 6, 3));
        assert_eq!(segments.list, [segment(5, 0, 6), segment(20, 6, 3)]);
    }

    #[test]
    fn none_spans_the_end_of_a_block() {
        let mut segments = Segments::cut_every(4);
        segments.push(segment(0, 0, 3));
        segments.push(segment(3, 3, 6));
        assert_eq!(segments.list, [segment(0, 0, 4), segment(4, 4, 4), segment(8, 8, 1)]);
    }
}
