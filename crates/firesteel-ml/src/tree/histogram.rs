// SPDX-License-Identifier: MIT OR Apache-2.0
//! The hot loop: classes counted by node, feature and bin.

/// Where the numbers of a node's histogram lie.
///
/// For every feature and bin there are the weights of the classes and the number of rows; at the end stand those of
/// the whole node.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    /// Numbers to a bin.
    pub(super) stride: usize,
    /// Where each feature starts, and at last the end of all.
    pub(super) offsets: Vec<usize>,
}

impl Layout {
    pub(super) fn new(n_classes: usize, n_bins: impl Iterator<Item = usize>) -> Self {
        let stride = n_classes + 1;
        let mut offsets = vec![0];
        let mut end = 0;
        for n_bins in n_bins {
            end += n_bins * stride;
            offsets.push(end);
        }
        Self { stride, offsets }
    }

    /// The length of a node's histogram.
    pub(super) fn len(&self) -> usize {
        self.offsets[self.offsets.len() - 1] + self.stride
    }
}

/// Counts one row into the histogram of its node.
#[inline]
pub(super) fn add_row(
    histogram: &mut [f64],
    layout: &Layout,
    bins: &[u16],
    class: usize,
    weight: f64,
) {
    let stride = layout.stride;
    let features = layout.offsets.iter().zip(bins);
    for (&offset, &bin) in features {
        let at = offset + usize::from(bin) * stride;
        histogram[at + class] += weight;
        histogram[at + stride - 1] += 1.0;
    }
    let whole = layout.offsets[layout.offsets.len() - 1];
    histogram[whole + class] += weight;
    histogram[whole + stride - 1] += 1.0;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_by_feature_bin_and_class() {
        let layout = Layout::new(2, [2, 3].into_iter());
        let mut histogram = vec![0.0; layout.len()];
        add_row(&mut histogram, &layout, &[1, 2], 0, 1.0);
        add_row(&mut histogram, &layout, &[0, 2], 1, 2.5);
        let first = [0.0, 2.5, 1.0, 1.0, 0.0, 1.0];
        let second = [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 2.5, 2.0];
        let whole = [1.0, 2.5, 2.0];
        assert_eq!(histogram, [&first[..], &second[..], &whole[..]].concat());
    }
}
