// SPDX-License-Identifier: MIT OR Apache-2.0
//! A closure really crosses to another process of the same executable, which lies elsewhere in memory.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::sync::Arc;

use firesteel_ship::{Build, build_id, receive, ship};

struct OnTen;

impl<F: Fn(u64) -> u64 + 'static> Build<F> for OnTen {
    type Output = u64;

    fn build(function: Arc<F>) -> u64 {
        function(10)
    }
}

/// The other side: reads addresses, writes what their functions give. Without input it does nothing.
#[test]
fn other_process() {
    let mut addresses = String::new();
    if std::env::args().any(|argument| argument == "--nocapture") {
        std::io::stdin().read_to_string(&mut addresses).unwrap();
    }
    for address in addresses.lines() {
        match receive::<u64>(address) {
            Ok(number) => println!("gave {number}"),
            Err(error) => println!("gave {error}"),
        }
    }
}

fn in_another_process(program: &std::path::Path, addresses: &[String]) -> Vec<String> {
    let mut child = Command::new(program)
        .args(["other_process", "--exact", "--nocapture", "--test-threads=1"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(addresses.join("\n").as_bytes()).unwrap();
    let output = String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap();
    // the harness writes the test's name in front of the first line
    let gave = output.lines().filter_map(|line| line.split_once("gave ")).map(|(_, gave)| gave);
    gave.map(str::to_owned).collect()
}

#[test]
fn closures_mean_the_same_in_another_process() {
    let addresses = [
        ship::<_, OnTen>(&|x: u64| x + 1).unwrap(),
        ship::<_, OnTen>(&|x: u64| x * x).unwrap(),
        ship::<_, OnTen>(&u64::isqrt).unwrap(),
    ];
    let program = std::env::current_exe().unwrap();
    assert_eq!(in_another_process(&program, &addresses), ["11", "100", "3"]);
}

#[test]
fn another_executable_refuses_and_lives_on() {
    let program = std::env::current_exe().unwrap();
    let addresses = [ship::<_, OnTen>(&|x: u64| x + 1).unwrap()];
    // the same program under another id stands for another build
    let mut bytes = std::fs::read(&program).unwrap();
    let id: Vec<u8> = (0..build_id().len() / 2)
        .filter_map(|at| u8::from_str_radix(build_id().get(2 * at..2 * at + 2)?, 16).ok())
        .collect();
    let Some(at) = bytes.windows(id.len()).position(|window| window == id) else {
        return; // the linker wrote no id: a hash names the executable
    };
    bytes[at] ^= 0xff;
    let copy = program.with_extension("other-build");
    std::fs::write(&copy, bytes).unwrap();
    std::fs::set_permissions(&copy, std::fs::metadata(&program).unwrap().permissions()).unwrap();
    let gave = in_another_process(&copy, &addresses);
    std::fs::remove_file(&copy).unwrap();
    assert_eq!(gave.len(), 1);
    assert!(gave[0].contains(&format!("was built by executable {}", build_id())), "{}", gave[0]);
}
