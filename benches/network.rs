//! What a long list of hosts costs: its proxy script, and one decision of it. `docs/performance.md` has the aims.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use stanchion::network::{Network, script};
use stanchion::pac::Pac;
use stanchion::platform::Platform;
use stanchion::policy;

/// A policy of 100 registries and 1,000 hosts, domains and networks.
fn policy() -> policy::Policy {
    let registries: Vec<String> = (0..100).map(|at| format!("\"registry{at}.northwind.example:5000\"")).collect();
    let hosts = (0..1000).map(|at| match at % 4 {
        0 => format!("\"*.team{at}.example\""),
        1 => format!("\"10.{}.{}.0/24\"", at % 256, at / 256),
        _ => format!("\"host{at}.northwind.example\""),
    });
    let text = format!(
        "[organization]\nname = \"N\"\nid = \"com.n\"\n[fleet]\noldest-version = \"4.86.0\"\nplatforms = [\"linux\"]\n\
         [registry-access]\nregistries = [{}]\n[container-network]\nallow = [{}]\nblock-host = true\n",
        registries.join(", "),
        hosts.collect::<Vec<_>>().join(", ")
    );
    let reading = policy::read("n.toml", text.as_bytes(), &|_| Err(std::io::ErrorKind::NotFound.into()));
    reading.policy.expect("a policy")
}

fn network(criterion: &mut Criterion) {
    let policy = policy();
    let network: &Network = policy.network("default", Platform::Linux).expect("a network");
    let text = script::compile(network);
    assert!(text.len() < 64 * 1024, "{} bytes", text.len());
    criterion.bench_function("compile", |bench| bench.iter(|| black_box(script::compile(network))));
    let pac = Pac::load(&text).expect("a script");
    for (name, url, host) in [
        ("decide a name that is let through", "https://a.b.team996.example:443", "a.b.team996.example"),
        ("decide a name that is refused", "https://a.b.c.d.evil.example:443", "a.b.c.d.evil.example"),
        ("decide an address", "http://10.1.0.9:8080", "10.1.0.9"),
    ] {
        criterion.bench_function(name, |bench| bench.iter(|| black_box(pac.ask(url, host))));
    }
}

criterion_group!(benches, network);
criterion_main!(benches);
