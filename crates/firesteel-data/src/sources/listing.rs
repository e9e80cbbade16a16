// SPDX-License-Identifier: MIT OR Apache-2.0
//! Files as a table that the engine scans, in partitions and with only the columns that are needed.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::datasource::file_format::FileFormat;
use datafusion::datasource::listing::{
    ListingOptions, ListingTable, ListingTableConfig, ListingTableUrl,
};
use firesteel_core::{Result, err};

use super::nullable::nullable;
use crate::{DataFrame, Session, failure};

/// The table in these files, of the columns given or else of those that the engine finds.
pub(super) fn table(
    session: &Session,
    files: &[PathBuf],
    format: Arc<dyn FileFormat>,
    schema: Option<SchemaRef>,
) -> Result<DataFrame> {
    if files.is_empty() {
        return Err(err::schema("the folder has no data files, so that its columns are not known"));
    }
    let urls = files.iter().map(|file| url(file)).collect::<Result<Vec<_>>>()?;
    let options = ListingOptions::new(format).with_file_extension("");
    let context = session.context().clone();
    let provider = session.wait(async move {
        let state = context.state();
        let config = ListingTableConfig::new_with_multi_paths(urls).with_listing_options(options);
        let config = match schema {
            Some(schema) => config.with_schema(schema),
            None => config.infer_schema(&state).await.map_err(failure::of_planning)?,
        };
        let found = config.file_schema.as_deref().map(nullable);
        let config = match found {
            Some(schema) => config.with_schema(schema),
            None => config,
        };
        ListingTable::try_new(config).map_err(failure::of_planning)
    })?;
    session.from_provider(Arc::new(provider))
}

/// The file's address, with every character that means something in one written as a number.
fn url(file: &Path) -> Result<ListingTableUrl> {
    let absolute = std::path::absolute(file).map_err(|error| err::io(file, error))?;
    let text = absolute
        .to_str()
        .ok_or_else(|| err::unsupported(format!("the path {}: it is not UTF-8", file.display())))?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte);
    let encoded: String = text
        .bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect();
    ListingTableUrl::parse(format!("file://{encoded}")).map_err(failure::of_planning)
}
