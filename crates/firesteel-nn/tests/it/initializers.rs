// SPDX-License-Identifier: MIT OR Apache-2.0
//! The initializers: real Keras' statistics and fixed values, effects and refusals.

use firesteel_core::{Json, OptionValue, Result, Seed, json};
use firesteel_nn::Initializer;
use firesteel_nn::initializers::{GlorotUniform, Identity, Orthogonal, VarianceScaling};
use firesteel_nn::testing::{Case, Fixture};

/// The initializer of a case.
fn initializer(case: &Case) -> Result<Initializer> {
    let class = case.json("class_name");
    Initializer::decode(&json!({"class_name": class, "config": case.json("config")}))
}

fn shape(case: &Case) -> Vec<usize> {
    let axes = case.json("shape").as_array().unwrap();
    axes.iter().map(|axis| axis.as_u64().unwrap() as usize).collect()
}

fn number(json: &Json) -> f64 {
    json.as_f64().unwrap()
}

/// Draws until there are about as many values as Keras drew, in ascending order.
fn draws(case: &Case) -> Result<Vec<f64>> {
    let (initializer, shape) = (initializer(case)?, shape(case));
    let mut values = Vec::new();
    for draw in 0..case.json("draws").as_u64().unwrap() {
        let drawn = initializer.values(&shape, Seed::new(draw))?;
        values.extend(drawn.into_iter().map(f64::from));
    }
    values.sort_by(f64::total_cmp);
    Ok(values)
}

/// Mean, spread and quantiles are those of Keras but for chance: five standard errors of both samples, where a
/// quantile's error follows from the density about it.
#[test]
fn draws_have_the_statistics_of_keras() -> Result<()> {
    let fixture = Fixture::read("keras/initializers/random")?;
    assert_eq!(fixture.cases().len(), 84);
    for case in fixture.cases() {
        let values = draws(case)?;
        let expected = case.json("statistics");
        let (n, name) = (values.len() as f64, case.name());
        assert_eq!(n, number(case.json("values")));
        let mean = values.iter().sum::<f64>() / n;
        let variance = values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n;
        let deviation = number(&expected["variance"]).sqrt();
        let chance = 5.0 * deviation * (2.0 / n).sqrt();
        assert!((mean - number(&expected["mean"])).abs() < chance, "{name}: mean {mean}");
        let spread = variance.sqrt();
        assert!((spread - deviation).abs() < chance, "{name}: deviation {spread}");
        for (share, value) in expected["quantiles"].as_object().unwrap() {
            let share: f64 = share.parse().unwrap();
            let rank = |share: f64| values[((share * n) as usize).min(values.len() - 1)];
            let wide = 5.0 * (2.0 * share * (1.0 - share) / n).sqrt();
            let (low, high) = (rank((share - wide).max(0.0)), rank(share + wide));
            let value = number(value);
            assert!(
                low <= value && value <= high,
                "{name}: quantile {share}: {low}..{high}, {value}"
            );
        }
    }
    Ok(())
}

/// Where Keras cuts a distribution off, nothing is beyond.
#[test]
fn bounded_draws_stay_within_their_bounds() -> Result<()> {
    for case in Fixture::read("keras/initializers/random")?.cases() {
        if case.name().starts_with("random_normal") || case.name().contains("untruncated") {
            continue;
        }
        let values = draws(case)?;
        let expected = case.json("statistics");
        let (low, high) = (number(&expected["min"]), number(&expected["max"]));
        let beyond = 0.01 * (high - low);
        assert!(values[0] > low - beyond && values[0] < low + beyond, "{}", case.name());
        let last = values[values.len() - 1];
        assert!(last < high + beyond && last > high - beyond, "{}", case.name());
    }
    Ok(())
}

#[test]
fn fixed_values_are_those_of_keras() -> Result<()> {
    let fixture = Fixture::read("keras/initializers/fixed")?;
    assert_eq!(fixture.cases().len(), 5);
    for case in fixture.cases() {
        let rows = case.json("values").as_array().unwrap();
        let expected: Vec<f32> =
            rows.iter().flat_map(|row| row.as_array().unwrap()).map(|x| number(x) as f32).collect();
        let initializer = match case.name() {
            // Keras does not write the factor to the config
            "identity_gain" => Initializer::from(Identity::new().gain(0.7)),
            _ => initializer(case)?,
        };
        let got = initializer.values(&shape(case), Seed::new(1))?;
        assert_eq!(got, expected, "{}", case.name());
    }
    Ok(())
}

#[test]
fn orthogonal_vectors_stand_at_right_angles() -> Result<()> {
    let fixture = Fixture::read("keras/initializers/orthogonal")?;
    assert_eq!(fixture.cases().len(), 6);
    for case in fixture.cases() {
        let shape = shape(case);
        let values = initializer(case)?.values(&shape, Seed::new(5))?;
        let columns = shape[shape.len() - 1];
        let rows = values.len() / columns;
        let (count, length) = (rows.min(columns), rows.max(columns));
        let at = |vector: usize, i: usize| {
            let index = if rows < columns { vector * columns + i } else { i * columns + vector };
            f64::from(values[index])
        };
        let gain = number(&case.json("config")["gain"]);
        for a in 0..count {
            for b in 0..count {
                let dot: f64 = (0..length).map(|i| at(a, i) * at(b, i)).sum();
                let expected = if a == b { gain * gain } else { 0.0 };
                assert!((dot - expected).abs() < 1e-6, "{}: {a}, {b}: {dot}", case.name());
            }
        }
        assert_ne!(values, initializer(case)?.values(&shape, Seed::new(6))?);
    }
    Ok(())
}

#[test]
fn the_names_that_keras_takes() -> Result<()> {
    let fixture = Fixture::read("keras/initializers/strings")?;
    assert_eq!(fixture.cases().len(), 22);
    for case in fixture.cases() {
        let name = case.json("requested").as_str().unwrap();
        let found = Initializer::from(name).resolve();
        // Keras has no value for `constant`; here it is the default
        match case.json("refused") == true && name != "constant" {
            true => assert!(found.unwrap_err().is_unknown_name(), "{}", case.name()),
            false if name == "constant" => assert_eq!(found?.type_name(), "Constant"),
            false => assert_eq!(Some(found?.type_name()), case.json("class_name").as_str()),
        }
    }
    Ok(())
}

#[test]
fn axes_decide_what_is_counted() -> Result<()> {
    let spread = |initializer: VarianceScaling| -> Result<f32> {
        let values = Initializer::from(initializer).values(&[400, 25], Seed::new(2))?;
        Ok(values.iter().map(|x| x * x).sum::<f32>() / values.len() as f32)
    };
    let plain = spread(VarianceScaling::new())?;
    let turned = spread(VarianceScaling::new().input_axes(vec![-1]).output_axes(vec![0]))?;
    assert!((plain * 400.0 - 1.0).abs() < 0.05 && (turned * 25.0 - 1.0).abs() < 0.05);
    let missing = GlorotUniform::new().input_axes(vec![2]).output_axes(vec![0]);
    let error = Initializer::from(missing).values(&[4, 3], Seed::new(1)).unwrap_err();
    assert!(error.is_shape() && error.to_string().contains("axis 2"), "{error}");
    Ok(())
}

#[test]
fn a_seed_of_its_own_wins() -> Result<()> {
    let own = Initializer::from(Orthogonal::new().seed(9));
    assert_eq!(own.values(&[3, 4], Seed::new(1))?, own.values(&[3, 4], Seed::new(2))?);
    let plain = Initializer::from("orthogonal");
    assert_ne!(plain.values(&[3, 4], Seed::new(1))?, plain.values(&[3, 4], Seed::new(2))?);
    Ok(())
}

#[test]
fn shapes_without_such_values_are_refused() {
    let vector = Initializer::from(Orthogonal::new()).values(&[4], Seed::new(1)).unwrap_err();
    assert!(vector.is_shape() && vector.to_string().contains("Orthogonal"), "{vector}");
    let cube = Initializer::from(Identity::new()).values(&[2, 2, 2], Seed::new(1)).unwrap_err();
    assert!(cube.is_shape() && cube.to_string().contains("Identity"), "{cube}");
}
