// SPDX-License-Identifier: MIT OR Apache-2.0
//! `firesteel tour`: the main job on real data, from raw files to trained models and a report.

mod files;
mod network;
mod pipeline;
mod report;
mod tables;
mod words;

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use firesteel::Result;
use firesteel::prelude::*;

use crate::commands::ClusterArgs;
use crate::output::say;

#[derive(Debug, Args)]
pub(crate) struct Tour {
    /// The folder for the data, the models and the report; the executors of a cluster must see it
    #[arg(long, short, default_value = "firesteel-tour", value_name = "FOLDER")]
    output: PathBuf,
    #[command(flatten)]
    cluster: ClusterArgs,
    /// Where splits, weights and shuffling come from
    #[arg(long, default_value_t = 42)]
    seed: u64,
    /// How often the network sees the digits
    #[arg(long, default_value_t = 15)]
    epochs: usize,
}

impl Tour {
    pub(crate) fn run(self) -> Result<()> {
        let start = Instant::now();
        let here = Session::builder().app_name("firesteel tour").build()?;
        let spark = self.cluster.session("firesteel tour")?;
        let data = files::unpack(&self.output)?;
        title(1, "Word count: an RDD of lines")?;
        words::count(&spark, &data.poem)?;
        title(2, "Tables: clean, join, group")?;
        tables::clean_and_join(&spark, &data.iris)?;
        title(3, "A pipeline of MLlib: index, grow a tree, evaluate")?;
        let tree = pipeline::grow_a_tree(&here, &data.libsvm, &self.output, self.seed)?;
        title(4, "A network, trained straight from a table")?;
        let network = network::train(&here, &data.digits, &self.output, self.seed, self.epochs)?;
        title(5, "The report")?;
        let page = self.output.join("report.html");
        report::write(&page, &tree, &network)?;
        say(format!("written to {}", page.display()))?;
        say(format!("\nThe whole tour took {:.1} s.", start.elapsed().as_secs_f64()))
    }
}

fn title(number: usize, text: &str) -> Result<()> {
    say(format!("\n== {number}. {text}\n"))
}
