//! How the cost of each step grows with the number of rings. `docs/performance.md` says how to read it.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use stanchion::bundle::{Selection, build};
use stanchion::resolve::resolve;
use stanchion::{policy, rule};

/// Northwind's policy with as many rings as asked for, `default` among them.
fn policy_of(rings: usize) -> String {
    let mut text = include_str!("../profiles/northwind.toml").to_owned();
    for ring in 3..rings {
        let ring = format!(
            "\n[rings.team-{ring}]\ndescription = \"Team {ring}\"\n[rings.team-{ring}.settings]\n\
             proxy.exclude = [\"*.team-{ring}.example\"]\nallowBetaFeatures = {}\n",
            ring % 2 == 0
        );
        text.push_str(&ring);
    }
    if rings < 3 {
        let start = text.find("[rings.pilot]").expect("northwind has rings");
        text.truncate(start);
    }
    text
}

fn read(text: &str) -> policy::Reading {
    let mut reading = policy::read("northwind.toml", text.as_bytes(), &|_| Err(std::io::ErrorKind::NotFound.into()));
    rule::check(&mut reading, None);
    reading
}

fn pipeline(criterion: &mut Criterion) {
    for rings in [1, 10, 100] {
        let text = policy_of(rings);
        let policy = read(&text).policy.expect("a policy");
        assert_eq!(policy.rings.len(), rings);
        let plan = resolve(&policy);
        let mut group = |name: &str, work: &dyn Fn()| {
            criterion.bench_with_input(BenchmarkId::new(name, rings), &rings, |bench, _| bench.iter(work));
        };
        group("parse and check", &|| _ = black_box(read(&text)));
        group("resolve", &|| _ = black_box(resolve(&policy)));
        group("build", &|| _ = black_box(build(&plan, &Selection::default())));
    }
}

criterion_group!(benches, pipeline);
criterion_main!(benches);
