// SPDX-License-Identifier: MIT OR Apache-2.0
//! `firesteel summary`: to the character what real Keras prints.

use firesteel::json;
use firesteel::nn::model_from_json;
use firesteel::nn::testing::{Case, Fixture};

use crate::program::{command, run, run_head};
use crate::samples::{Folder, saved};

/// Models whose files can be written: with known axes to build from, and small.
const MODELS: [&str; 8] = [
    "sequential_mlp",
    "sequential_conv",
    "sequential_frozen",
    "sequential_unknown_size",
    "functional",
    "functional_residual",
    "functional_shared",
    "nested_functional",
];

fn summary(file: &str, width: &str) -> String {
    run(command("summary").args([file, "--width", width])).done()
}

fn text<'a>(case: &'a Case, field: &str) -> Option<&'a str> {
    case.json(field).as_str().map(str::trim_end)
}

#[test]
fn files_of_keras_look_as_in_keras() {
    let fixture = Fixture::read("keras/saving/summaries").unwrap();
    assert!(fixture.cases().len() > 10);
    for case in fixture.cases() {
        let file = saved(case.json("file").as_str().unwrap());
        let (ours, theirs) = match (text(case, "wide"), text(case, "narrow")) {
            (Some(wide), _) => (summary(&file, "100"), wide),
            (_, Some(narrow)) => (summary(&file, "40"), narrow),
            // settings that are not known are left out
            _ => (
                run(command("summary").arg(&file)).done(),
                text(case, "summary").or_else(|| text(case, "plain")).unwrap(),
            ),
        };
        assert_eq!(ours.trim_end(), theirs, "{}", case.name());
    }
}

#[test]
fn files_of_ours_look_as_in_keras() {
    let fixture = Fixture::read("keras/models/models").unwrap();
    let folder = Folder::new();
    for name in MODELS {
        let case = fixture.case(name).unwrap();
        let object = json!({
            "module": "keras",
            "class_name": case.json("class_name"),
            "config": case.json("config"),
            "registered_name": null,
        });
        let file = folder.path(&format!("{name}.keras"));
        model_from_json(&object.to_string()).unwrap().save(&file).unwrap();
        for width in ["80", "100"] {
            let theirs = text(case, &format!("summary_{width}")).unwrap();
            assert_eq!(summary(&file, width).trim_end(), theirs, "{name} at {width}");
        }
    }
}

#[test]
fn the_width_has_limits() {
    let file = saved("seq_mlp.keras");
    for width in ["39", "401", "-1", "wide"] {
        let text = run(command("summary").arg(&file).arg(format!("--width={width}"))).refused(2);
        assert!(text.contains("--width") && text.contains(width), "{text}");
    }
    let widest = |width: &str| {
        let text = summary(&file, width);
        text.lines().map(|line| line.chars().count()).max().unwrap()
    };
    let widths = ["40", "80", "400"].map(widest);
    assert!(widths[0] <= 40 && widths[1] == 80, "{widths:?}");
    assert!(widths[2] > 300 && widths[2] <= 400, "{widths:?}");
}

#[test]
fn a_reader_that_goes_away_is_no_reason_to_complain() {
    for lines in [0, 1] {
        let ended = run_head(command("summary").arg(saved("residual.keras")), lines);
        assert_eq!(ended.done().lines().count(), lines);
    }
}
