// SPDX-License-Identifier: MIT OR Apache-2.0
use super::half::{bfloat16, float16};
use super::{Text, Tree, open};

fn read_back(tree: Tree) -> super::Group {
    open(tree.into_bytes().unwrap(), "m.h5").unwrap()
}

#[test]
fn what_is_written_is_read() {
    let mut tree = Tree::default();
    tree.attribute("name", Text::Unicode("größe".to_owned()));
    tree.floats("a/b/kernel", &[1.0, -2.5, 3.0, 4.0, 5.0, 6.0], &[2, 3]);
    tree.floats("a/rate", &[0.5], &[]);
    tree.integer("a/steps", 7);
    tree.group("empty").attribute("none", Text::List(Vec::new()));
    let root = read_back(tree);
    assert_eq!(root.text("name").unwrap().as_deref(), Some("größe"));
    assert_eq!(root.text("other").unwrap(), None);
    let kernel = root.dataset("a/b/kernel").unwrap();
    assert_eq!(kernel.shape(), [2, 3]);
    assert_eq!(kernel.values().unwrap().as_slice().unwrap(), [1.0, -2.5, 3.0, 4.0, 5.0, 6.0]);
    assert_eq!(root.dataset("a/rate").unwrap().values().unwrap().shape(), [0_usize; 0]);
    assert_eq!(root.dataset("a/steps").unwrap().whole_number().unwrap(), 7);
    assert_eq!(root.group("empty").unwrap().texts("none").unwrap(), Some(Vec::new()));
    assert_eq!(root.element_count(), 8);
    assert!(root.dataset("a/b").is_none());
}

#[test]
fn a_long_list_is_cut_and_joined() {
    let names: Vec<String> = (0..9_000).map(|i| format!("layer_{i}")).collect();
    let mut tree = Tree::default();
    tree.group("w").attribute("layer_names", Text::List(names.clone()));
    let root = read_back(tree);
    let group = root.group("w").unwrap();
    assert!(group.texts("layer_names0").unwrap().is_some_and(|part| part.len() < names.len()));
    assert_eq!(group.texts("layer_names").unwrap().unwrap(), names);
}

#[test]
fn many_groups_are_found() {
    let mut tree = Tree::default();
    for i in 0..300 {
        tree.floats(&format!("layers/dense_{i}/vars/0"), &[i as f32], &[1]);
    }
    let root = read_back(tree);
    assert_eq!(root.group("layers").unwrap().groups().count(), 300);
    assert_eq!(root.dataset("layers/dense_299/vars/0").unwrap().values().unwrap()[[0]], 299.0);
}

#[test]
fn a_number_is_no_text() {
    let mut tree = Tree::default();
    tree.attribute("names", Text::List(vec!["a".to_owned(), "b".to_owned()]));
    let root = read_back(tree);
    let error = root.text("names").unwrap_err();
    assert!(error.is_format() && error.to_string().starts_with("m.h5: /: attribute `names`"));
}

#[test]
fn halves_are_converted() {
    assert_eq!([0x3f80, 0xc000, 0x4049].map(bfloat16), [1.0, -2.0, 3.140625]);
    assert_eq!(
        [0x3c00, 0xc000, 0x3555, 0x0001].map(float16),
        [1.0, -2.0, 0.333_251_95, 5.960_464_5e-8]
    );
    assert!(float16(0x7c00).is_infinite() && float16(0x7e01).is_nan());
}

#[test]
fn other_bytes_are_refused() {
    for bytes in [Vec::new(), b"\x89HDF\r\n\x1a\n".to_vec(), vec![7; 4096]] {
        assert!(open(bytes, "m.h5").unwrap_err().is_format());
    }
}
