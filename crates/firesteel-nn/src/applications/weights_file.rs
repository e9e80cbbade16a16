// SPDX-License-Identifier: MIT OR Apache-2.0
//! `WeightsFile`: the option that says where the weights of a network are read from.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use firesteel_core::{Json, OptionValue, Result, err};

/// The path of a file with weights: `.keras`, `.weights.h5`, or the `.h5` of Keras 1 and 2.
///
/// # Differences from Keras
/// `"imagenet"` is refused, as nothing is downloaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WeightsFile(PathBuf);

/// What Keras takes for its own download.
const DOWNLOADED: &str = "imagenet";

impl WeightsFile {
    /// The path.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Refuses what is not a file at hand.
    ///
    /// # Errors
    /// `Unsupported` for `"imagenet"`, `Io` when there is no such file.
    pub(super) fn check(&self, network: &str) -> Result<()> {
        if self.0.as_os_str() == DOWNLOADED {
            return Err(err::unsupported(format!("`weights=\"{DOWNLOADED}\"`"))
                .at(network)
                .fix("nothing is downloaded: give the path of the file that Keras published"));
        }
        if !self.0.exists() {
            return Err(err::io(&self.0, ErrorKind::NotFound.into()));
        }
        Ok(())
    }
}

impl<P: AsRef<Path> + ?Sized> From<&P> for WeightsFile {
    fn from(path: &P) -> Self {
        Self(path.as_ref().to_path_buf())
    }
}

impl From<PathBuf> for WeightsFile {
    fn from(path: PathBuf) -> Self {
        Self(path)
    }
}

impl From<String> for WeightsFile {
    fn from(path: String) -> Self {
        Self(PathBuf::from(path))
    }
}

impl OptionValue for WeightsFile {
    const EXPECTS: &'static str = "the path of a file";

    fn encode(&self) -> Json {
        Json::from(self.0.to_string_lossy())
    }

    fn decode(json: &Json) -> Result<Self> {
        String::decode(json).map(Self::from)
    }
}
