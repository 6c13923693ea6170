//! The proxy script of `[registry-access]` and `[container-network]` decides as the policy does, read entry by entry.
//!
//! The two share the reading of the policy and nothing else: the script looks hosts up in tables and takes URLs apart
//! by itself, the direct reading walks the lists and uses the standard library's addresses.

use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;
use stanchion::network::{Answer, Destination, Hosts, Network, Pattern, Place, script};
use stanchion::pac::Pac;
use stanchion::platform::Platform;
use stanchion::policy::{self, Reading};
use stanchion::rule;

fn read(tables: &str) -> Reading {
    let text = format!(
        "[organization]\nname = \"Contoso\"\nid = \"com.contoso\"\n[fleet]\noldest-version = \"4.86.0\"\n{tables}"
    );
    let mut reading = policy::read("policy.toml", text.as_bytes(), &|_| Err(std::io::ErrorKind::NotFound.into()));
    rule::check(&mut reading, None);
    reading
}

/// The network of a policy, and its script as an engine has read it. Findings do not matter here, as long as the
/// tables can be read: contradictory lists must be decided alike too.
fn with_network<T>(tables: &str, work: impl FnOnce(&Network, &Pac) -> T) -> T {
    let reading = read(tables);
    let unreadable: Vec<_> = reading
        .findings
        .iter()
        .filter(|finding| ["syntax", "value-out-of-range"].contains(&finding.code.name))
        .collect();
    assert!(unreadable.is_empty(), "{tables}\n{unreadable:#?}");
    let policy = reading.policy.expect("a policy");
    let network = policy.network("default", Platform::Macos).expect("a network");
    let pac = Pac::load(&script::compile(network)).expect("a script");
    work(network, &pac)
}

fn direct<'n>(network: &'n Network, url: &str, host: &str) -> &'n str {
    network.spelt(network.decide(Destination::read(url, host).as_ref()).answer)
}

fn asked(pac: &Pac, url: &str, host: &str) -> String {
    let reply = pac.ask(url, host).unwrap_or_else(|problem| panic!("{url} {host}: {problem}"));
    assert!(!reply.asked, "the script asks the world about {url}");
    reply.text
}

const POLICY: &str = r#"
[registry-access]
registries = ["docker.io", "ghcr.io", "registry.northwind.example:5000", "123456789012.dkr.ecr.eu-west-1.amazonaws.com"]
[container-network]
allow = ["*.northwind.example", "10.0.0.0/8", "intranet", "fd00::/8", "192.0.2.7:8443", "constructor", "xn--bcher-kva.example"]
deny = ["10.66.0.0/16", "secret.northwind.example"]
proxy = { upstream = "http://proxy.northwind.example:3128", for = ["docker.io", "10.1.0.0/16"] }
block-host = true
"#;

/// Every row: a URL, and what becomes of it. Hosts that try to look like others are refused.
const ROWS: &[(&str, Answer)] = &[
    ("https://ghcr.io:443", Answer::Direct),
    ("http://ghcr.io:80", Answer::Direct),
    ("https://ghcr.io:8443", Answer::Refused),
    ("https://ghcr.io", Answer::Direct),
    ("https://GHCR.IO./v2/", Answer::Direct),
    ("HTTPS://ghcr.io:443", Answer::Direct),
    ("https://pkg-containers.githubusercontent.com:443", Answer::Direct),
    ("https://raw.githubusercontent.com:443", Answer::Refused),
    ("https://docker.io:443", Answer::Proxied),
    ("https://DOCKER.IO.:443", Answer::Proxied),
    ("https://registry-1.docker.io:443", Answer::Proxied),
    ("https://auth.docker.io:443", Answer::Proxied),
    ("https://production.cloudflare.docker.com:443", Answer::Proxied),
    ("https://prod-eu-west-1-starport-layer-bucket.s3.eu-west-1.amazonaws.com:443", Answer::Direct),
    ("https://prod-us-east-1-starport-layer-bucket.s3.us-east-1.amazonaws.com:443", Answer::Refused),
    ("https://registry.northwind.example:5000", Answer::Direct),
    ("https://secret.northwind.example:443", Answer::Refused),
    ("https://a.b.northwind.example:1", Answer::Direct),
    ("https://northwind.example:443", Answer::Refused),
    ("https://intranet:443", Answer::Direct),
    ("https://constructor:443", Answer::Direct),
    ("https://xn--bcher-kva.example:443", Answer::Direct),
    ("https://b\u{fc}cher.example:443", Answer::Refused),
    ("http://10.1.2.3:9000", Answer::Proxied),
    ("http://10.2.2.3:9000", Answer::Direct),
    ("http://10.66.2.3:9000", Answer::Refused),
    ("http://11.0.0.1:80", Answer::Refused),
    ("http://192.0.2.7:8443", Answer::Direct),
    ("http://192.0.2.7:8444", Answer::Refused),
    ("http://[fd12::1]:80", Answer::Direct),
    ("http://[FD12:0::0:1]:80", Answer::Direct),
    ("http://[fe80::1]:80", Answer::Refused),
    ("http://[::ffff:10.2.0.1]:80", Answer::Direct),
    ("http://[::ffff:a42:1]:80", Answer::Refused),
    ("http://[0:0:0:0:0:ffff:0a42:0001]:80", Answer::Refused),
    // Another host in disguise.
    ("https://docker.io.evil.example:443", Answer::Refused),
    ("https://evil-docker.io:443", Answer::Refused),
    ("https://docker.io@evil.example:443", Answer::Refused),
    ("https://evil.example@docker.io:443", Answer::Refused),
    ("https://user:secret@ghcr.io:443", Answer::Refused),
    ("https://ghcr.io\\@evil.example:443", Answer::Refused),
    ("https://evil.example#@ghcr.io", Answer::Refused),
    ("https://evil.example?ghcr.io", Answer::Refused),
    ("https://evil.example/ghcr.io", Answer::Refused),
    ("https://doc\u{212a}er.io:443", Answer::Refused),
    ("https://d\u{43e}cker.io:443", Answer::Refused),
    ("https://xn--dcker-jye.io:443", Answer::Refused),
    ("https://%64ocker.io:443", Answer::Refused),
    ("https://ghcr.io..:443", Answer::Refused),
    ("https://.ghcr.io:443", Answer::Refused),
    ("https://ghcr..io:443", Answer::Refused),
    ("https://ghcr.io :443", Answer::Refused),
    ("https://ghcr.io\t:443", Answer::Refused),
    ("https://ghcr.io\0:443", Answer::Refused),
    ("https://[ghcr.io]:443", Answer::Refused),
    ("https://__proto__:443", Answer::Refused),
    ("https://toString:443", Answer::Refused),
    ("https://hasOwnProperty:443", Answer::Refused),
    // An address in disguise.
    ("http://0x0a.0.0.1:80", Answer::Refused),
    ("http://0x0a000001:80", Answer::Refused),
    ("http://167772161:80", Answer::Refused),
    ("http://012.0.0.1:80", Answer::Refused),
    ("http://10.1:80", Answer::Refused),
    ("http://10.0.0.1.:80", Answer::Refused),
    ("http://10.0.0.256:80", Answer::Refused),
    ("http://10.0.0.1.northwind.example:80", Answer::Direct),
    ("http://[::ffff:10.0.0]:80", Answer::Refused),
    ("http://[fd12::1%25eth0]:80", Answer::Refused),
    ("http://[fd12::1:80", Answer::Refused),
    ("http://fd12::1:80", Answer::Refused),
    ("http://::1", Answer::Refused),
    // The machine itself.
    ("http://localhost:80", Answer::Refused),
    ("http://a.localhost:80", Answer::Refused),
    ("http://host.docker.internal:80", Answer::Refused),
    ("http://127.0.0.1:80", Answer::Refused),
    ("http://127.9.9.9:80", Answer::Refused),
    ("http://[::1]:80", Answer::Refused),
    ("http://[::ffff:127.0.0.1]:80", Answer::Refused),
    ("http://192.168.65.254:8080", Answer::Refused),
    ("http://[fdc4:f303:9324::254]:8080", Answer::Refused),
    // No URL, or none that Docker Desktop would ask with.
    ("", Answer::Refused),
    ("ghcr.io", Answer::Refused),
    ("ghcr.io:443", Answer::Refused),
    ("https:ghcr.io", Answer::Refused),
    ("https:/ghcr.io", Answer::Refused),
    ("https:///ghcr.io", Answer::Refused),
    ("https://", Answer::Refused),
    ("://ghcr.io", Answer::Refused),
    (" https://ghcr.io", Answer::Refused),
    ("ftp://ghcr.io:443", Answer::Refused),
    ("https://ghcr.io:", Answer::Refused),
    ("https://ghcr.io:0", Answer::Refused),
    ("https://ghcr.io:65979", Answer::Refused),
    ("https://ghcr.io:0443", Answer::Refused),
    ("https://ghcr.io:+443", Answer::Refused),
    ("https://ghcr.io:443:443", Answer::Refused),
    ("https://ghcr.io:4 43", Answer::Refused),
];

/// The host that an honest caller gives beside a URL.
fn host_of(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    match authority.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
        Some((address, _)) => address.to_owned(),
        None => authority.split(':').next().unwrap_or_default().to_owned(),
    }
}

#[test]
fn each_host_gets_the_answer_that_the_policy_means() {
    with_network(POLICY, |network, pac| {
        for (url, answer) in ROWS {
            let host = host_of(url);
            assert_eq!(direct(network, url, &host), network.spelt(*answer), "{url} read directly");
            assert_eq!(asked(pac, url, &host), network.spelt(*answer), "{url} by the script");
        }
    });
}

#[test]
fn a_url_and_a_host_that_disagree_are_refused() {
    with_network(POLICY, |network, pac| {
        for (url, host) in [
            ("https://ghcr.io:443", "evil.example"),
            ("https://evil.example:443", "ghcr.io"),
            ("https://ghcr.io:443", ""),
            ("https://ghcr.io:443", "ghcr.io:443"),
            ("http://10.2.0.1:80", "0x0a.2.0.1"),
            ("http://[fd12::1]:80", "fd12::2"),
        ] {
            assert_eq!(direct(network, url, host), script::REFUSE, "{url} {host}");
            assert_eq!(asked(pac, url, host), script::REFUSE, "{url} {host}");
        }
        for (url, host) in [
            ("https://GHCR.io:443", "ghcr.io."),
            ("http://[fd12::1]:80", "[fd12:0:0::1]"),
            ("http://[::ffff:10.2.0.1]:80", "10.2.0.1"),
        ] {
            assert_eq!(direct(network, url, host), "DIRECT", "{url} {host}");
            assert_eq!(asked(pac, url, host), "DIRECT", "{url} {host}");
        }
    });
}

#[test]
fn without_a_default_of_deny_everything_that_is_a_host_passes() {
    with_network(
        "[container-network]\ndefault = \"allow\"\nblock-host = true\nproxy = { upstream = \"socks5://[fd00::1]:1080\" }\n",
        |network, pac| {
            for (url, answer) in [
                ("https://anything.example:443", "SOCKS5 [fd00::1]:1080"),
                ("http://203.0.113.9:22", "SOCKS5 [fd00::1]:1080"),
                ("http://host.docker.internal:80", script::REFUSE),
                ("http://docker.for.mac.host.internal:80", script::REFUSE),
                ("http://docker.for.win.http.internal:80", script::REFUSE),
                ("https://ip6-localhost", script::REFUSE),
                ("http://0x7f.1:80", script::REFUSE),
                ("https://user@anything.example:443", script::REFUSE),
            ] {
                assert_eq!(direct(network, url, &host_of(url)), answer, "{url}");
                assert_eq!(asked(pac, url, &host_of(url)), answer, "{url}");
            }
        },
    );
}

/// What each layer may say, and which one wins: key by key, lists as a whole, exceptions last.
#[test]
fn layers_replace_lists_and_an_exception_wins() {
    let policy = r#"
[registry-access]
registries = ["ghcr.io"]
[container-network]
allow = ["a.example"]
deny  = ["b.a.example"]
[platforms.windows.registry-access]
registries = ["ghcr.io", "quay.io"]
[rings.pilot.container-network]
allow = ["*.a.example"]
[rings.pilot.platforms.linux.container-network]
ports = [443, 80]
deny  = []
[[exceptions]]
id = "SEC-1"
ring = "pilot"
platform = "macos"
container-network = { default = "allow", deny = ["c.example"] }
registry-access = { registries = [] }
reason = "r"
approved-by = "a"
expires = 2035-01-01
"#;
    let reading = read(policy);
    let errors: Vec<_> = reading.findings.iter().filter(|finding| finding.is_error()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    let policy = reading.policy.as_ref().expect("a policy");
    let answer = |ring: &str, platform: Platform, host: &str| {
        let network = policy.network(ring, platform).expect("a network");
        network.decide(Destination::of_url(&format!("https://{host}")).as_ref()).answer
    };
    let (direct, refused) = (Answer::Direct, Answer::Refused);
    for (ring, platform, host, meant) in [
        ("default", Platform::Macos, "ghcr.io", direct),
        ("default", Platform::Macos, "quay.io", refused),
        ("default", Platform::Windows, "quay.io", direct),
        ("default", Platform::Windows, "a.example", direct),
        ("pilot", Platform::Windows, "a.example", refused),
        ("pilot", Platform::Windows, "x.a.example", direct),
        ("pilot", Platform::Windows, "b.a.example", refused),
        ("pilot", Platform::Linux, "b.a.example", direct),
        ("pilot", Platform::Macos, "b.a.example", direct),
        ("pilot", Platform::Macos, "quay.io", direct),
        ("pilot", Platform::Macos, "c.example", refused),
    ] {
        assert_eq!(answer(ring, platform, host), meant, "{ring} {platform} {host}");
    }
    let ports = |ring: &str, platform| policy.network(ring, platform).expect("a network").ports.value.clone();
    assert_eq!((ports("pilot", Platform::Linux), ports("pilot", Platform::Windows)), ("80,443".into(), "*".into()));
}

/// The proxy of a ring is a whole one: nothing of the earlier `for` is left, and `false` leaves none at all.
#[test]
fn a_proxy_replaces_that_of_an_earlier_layer_and_false_takes_it_away() {
    let policy = r#"
[container-network]
allow = ["a.example", "b.example"]
proxy = { upstream = "http://10.0.0.8:3128", for = ["a.example"] }
[rings.branch.container-network]
proxy = { upstream = "http://10.0.0.9:3128" }
[rings.home.container-network]
proxy = false
"#;
    let policy = read(policy).policy.expect("a policy");
    let way = |ring: &str, host: &str| {
        let network = policy.network(ring, Platform::Macos).expect("a network");
        let pac = Pac::load(&script::compile(network)).expect("a script");
        let url = format!("https://{host}:443");
        assert_eq!(direct(network, &url, host), asked(&pac, &url, host), "{ring} {host}");
        asked(&pac, &url, host)
    };
    for (ring, a, b) in [
        ("default", "PROXY 10.0.0.8:3128", "DIRECT"),
        ("branch", "PROXY 10.0.0.9:3128", "PROXY 10.0.0.9:3128"),
        ("home", "DIRECT", "DIRECT"),
    ] {
        assert_eq!((way(ring, "a.example").as_str(), way(ring, "b.example").as_str()), (a, b), "{ring}");
    }
}

/// A port names a service: 443 is the registry itself, and another one has nothing to do with its CDN.
#[test]
fn further_hosts_are_let_through_on_the_ports_of_the_registry() {
    with_network("[registry-access]\nregistries = [\"docker.io:443\", \"ghcr.io:5000\"]\n", |network, pac| {
        for (url, answer) in [
            ("https://registry-1.docker.io:443", Answer::Direct),
            ("http://registry-1.docker.io:80", Answer::Refused),
            ("https://ghcr.io:5000", Answer::Direct),
            ("https://ghcr.io:443", Answer::Refused),
            ("https://pkg-containers.githubusercontent.com:443", Answer::Refused),
        ] {
            assert_eq!(direct(network, url, &host_of(url)), network.spelt(answer), "{url}");
            assert_eq!(asked(pac, url, &host_of(url)), network.spelt(answer), "{url}");
        }
    });
}

#[test]
fn the_tables_become_one_locked_setting() {
    for (tables, ports) in [
        ("[registry-access]\nregistries = [\"ghcr.io\"]\n", ""),
        ("[container-network]\n", "*"),
        ("[container-network]\nports = []\n", ""),
        ("[container-network]\nports = [443]\n", "443"),
    ] {
        let policy = read(tables).policy.expect("a policy");
        let plan = stanchion::resolve::resolve(&policy);
        for machine in &plan.machines {
            let file = machine.state.files.iter().find(|file| file.name() == "admin-settings.json").expect("written");
            let json: serde_json::Value = serde_json::from_slice(&file.bytes).expect("JSON");
            let mut group = json["containersProxy"].clone();
            let script = group["embeddedPac"].take();
            assert!(Pac::load(script.as_str().expect("a text")).is_ok());
            let rest = serde_json::json!({
                "locked": true, "mode": "manual", "http": "", "https": "", "exclude": [], "pac": "",
                "embeddedPac": null, "transparentPorts": ports,
            });
            assert_eq!(group, rest, "{tables}");
        }
    }
}

fn console(tables: &str, file: &str) -> String {
    let plan = stanchion::resolve::resolve(&read(tables).policy.expect("a policy"));
    let bundle = stanchion::bundle::build(&plan, &stanchion::bundle::Selection::default());
    let wanted =
        |artifact: &&stanchion::bundle::Artifact| artifact.path == format!("docker-home/registry-access.{file}");
    String::from_utf8(bundle.artifacts.iter().find(wanted).expect("a list").bytes.clone()).expect("text")
}

#[test]
fn docker_home_is_not_told_to_restrict_a_ring_without_saying_so() {
    let everywhere = "[registry-access]\nregistries = [\"ghcr.io\"]\n";
    assert!(!console(everywhere, "md").contains("**Not every machine"));
    let page = console(
        "[rings.pilot.registry-access]\nregistries = [\"ghcr.io\"]\n[rings.dev.container-network]\ndefault = \"allow\"\n",
        "md",
    );
    assert!(page.contains("restrict\nthem as well: default, dev."), "{page}");
    let many: Vec<String> = (0..101).map(|at| format!("\"registry{at}.contoso.example\"")).collect();
    let page = console(&format!("[registry-access]\nregistries = [{}]\n", many.join(", ")), "md");
    assert!(page.contains("**This list is too long.** It has 101 addresses, and the console takes 100"), "{page}");
    assert!(console(everywhere, "csv").contains("\nghcr.io,GitHub Container Registry,all\n"));
}

/// Only the lists and the ring are in a script, so the order of a list or of the tables changes nothing.
#[test]
fn the_order_of_a_list_changes_no_byte() {
    let script_of = |tables: &str| with_network(tables, |network, _| script::compile(network));
    let one = script_of(
        "[registry-access]\nregistries = [\"ghcr.io\", \"quay.io\"]\n[container-network]\nallow = [\"b\", \"a\"]\n",
    );
    let other = script_of(
        "[container-network]\nallow = [\"a\", \"b\"]\n[registry-access]\nregistries = [\"quay.io\", \"GHCR.io.\"]\n",
    );
    assert_eq!(one, other);
}

#[test]
fn the_script_is_one_line_that_nothing_on_its_way_can_change() {
    with_network(POLICY, |network, _| {
        let text = script::compile(network);
        assert!(text.starts_with("var stanchion = \"Docker Desktop network of ring default, "), "{text}");
        assert!(text.bytes().all(|byte| (b' '..=b'~').contains(&byte)));
        for hazard in [
            "//",
            "/*",
            "'",
            "\\",
            "$",
            "%",
            "`",
            "  ",
            "@",
            "dnsResolve",
            "isInNet",
            "isResolvable",
            "Date",
            "Math.random",
        ] {
            // The remainder of a division is the one use of a per cent sign, with blanks around it.
            assert!(!text.replace(" % ", " ").contains(hazard), "{hazard}");
        }
    });
}

/// Labels and addresses that meet each other often, so that lists overlap.
fn name() -> impl Strategy<Value = String> {
    let label = prop::sample::select(vec![
        "a",
        "b",
        "docker",
        "io",
        "com",
        "x-1",
        "evil",
        "constructor",
        "__proto__",
        "0",
        "1a",
        "ghcr",
    ]);
    prop::collection::vec(label, 1..4).prop_map(|labels| labels.join("."))
}

fn v4() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(vec![0_u8, 1, 10, 127, 128, 192, 255]), 4)
        .prop_map(|bytes| bytes.iter().map(u8::to_string).collect::<Vec<_>>().join("."))
}

fn v6() -> impl Strategy<Value = String> {
    let group = prop::sample::select(vec!["", "0", "1", "ffff", "0000", "fd00", "10", "A", "00001", "g", "10.0.0.1"]);
    prop::collection::vec(group, 1..10).prop_map(|groups| groups.join(":"))
}

fn host() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => name(),
        2 => v4(),
        2 => v6().prop_map(|address| format!("[{address}]")),
        1 => v6(),
        1 => "[a-z0-9.:\\[\\]@%_-]{0,12}",
        1 => ".{0,6}",
        1 => prop::sample::select(vec!["0x0a.0.0.1", "10.1", "docker.io.", "DOCKER.IO", "registry-1.docker.io", "auth.docker.io", "host.docker.internal", "::1"]).prop_map(str::to_owned),
    ]
}

fn entry() -> impl Strategy<Value = String> {
    let port = prop_oneof![3 => Just(String::new()), 1 => prop::sample::select(vec![":80", ":443", ":5000"]).prop_map(str::to_owned)];
    let network = (v4(), 0_u8..=32).prop_map(|(address, bits)| {
        let address: std::net::Ipv4Addr = address.parse().expect("an address");
        let mask = u32::MAX.checked_shl(32 - u32::from(bits)).unwrap_or(0);
        format!("{}/{bits}", std::net::Ipv4Addr::from_bits(address.to_bits() & mask))
    });
    let network6 = (any::<u128>(), 0_u8..=128).prop_map(|(address, bits)| {
        let mask = u128::MAX.checked_shl(128 - u32::from(bits)).unwrap_or(0);
        format!("[{}]/{bits}", std::net::Ipv6Addr::from_bits(address & mask & !(0xffff << 80)))
    });
    let hosts = prop_oneof![
        4 => name(),
        3 => name().prop_map(|name| format!("*.{name}")),
        2 => network,
        1 => network6.prop_filter("a mapped address is another one", |text| Pattern::read(text).is_ok()),
        1 => v4(),
        1 => prop::sample::select(vec!["[::1]", "[fd00::1]", "[::ffff:10.0.0.1]"]).prop_map(str::to_owned),
    ];
    (hosts, port)
        .prop_map(|(host, port)| format!("{host}{port}"))
        .prop_filter("not every name can be a host", |text| Pattern::read(text).is_ok())
}

fn url() -> impl Strategy<Value = String> {
    let scheme = prop_oneof![
        8 => prop::sample::select(vec!["https", "http"]).prop_map(str::to_owned),
        1 => prop::sample::select(vec!["HTTP", "ftp", "", "h t", "https:"]).prop_map(str::to_owned),
    ];
    let mark = prop_oneof![12 => Just("://"), 1 => Just(":"), 1 => Just(":/"), 1 => Just("")];
    let user = prop_oneof![10 => Just(""), 1 => Just("user@"), 1 => Just("docker.io:443@")];
    let port = prop_oneof![
        2 => Just(String::new()),
        4 => prop::sample::select(vec![":80", ":443", ":5000"]).prop_map(str::to_owned),
        1 => ":[0-9+ ]{0,6}",
    ];
    let path = prop_oneof![3 => Just(String::new()), 1 => "[/?#].{0,6}"];
    (scheme, mark, user, host(), port, path)
        .prop_map(|(scheme, mark, user, host, port, path)| format!("{scheme}{mark}{user}{host}{port}{path}"))
}

fn list(entries: &[String]) -> String {
    entries.iter().map(|entry| format!("{entry:?}")).collect::<Vec<_>>().join(", ")
}

prop_compose! {
    fn tables()(
        registries in prop::collection::vec(prop_oneof![name(), Just("docker.io".to_owned()), Just("quay.io".to_owned()), Just("a.azurecr.io".to_owned())], 0..4),
        allow in prop::collection::vec(entry(), 0..8),
        deny in prop::collection::vec(entry(), 0..4),
        via in prop::option::of(prop::collection::vec(entry(), 0..4)),
        default in any::<bool>(),
        block in any::<bool>(),
    ) -> String {
        let registries: Vec<String> = registries.into_iter().filter(|name| Pattern::registry(name).is_ok()).collect();
        let hosts = via.map_or(String::new(), |via| format!(", for = [{}]", list(&via)));
        format!(
            "[registry-access]\nregistries = [{}]\n[container-network]\nallow = [{}]\ndeny = [{}]\ndefault = {:?}\nblock-host = {block}\nproxy = {{ upstream = \"http://p.example:3128\"{hosts} }}\n",
            list(&registries), list(&allow), list(&deny), if default { "allow" } else { "deny" },
        )
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 256,
        failure_persistence: Some(Box::new(FileFailurePersistence::Off)),
        ..ProptestConfig::default()
    })]

    #[test]
    fn whatever_a_covered_entry_means_is_meant(one in entry(), other in entry(), urls in prop::collection::vec(url(), 60)) {
        let [one, other] = [one, other].map(|text| Pattern::read(&text).expect("read before"));
        for to in urls.iter().filter_map(|url| Destination::of_url(url)) {
            prop_assert!(!one.covers(&other) || !other.matches(&to) || one.matches(&to), "{one} {other} {to:?}");
            // A host alone is covered exactly where it is meant.
            let hosts = match to.place.clone() {
                Place::Name(name) => Hosts::Name(name),
                Place::V4(address) => Hosts::V4(address, 32),
                Place::V6(address) => Hosts::V6(address, 128),
            };
            let exact = Pattern { hosts, ports: Some(vec![to.port]) };
            prop_assert_eq!(one.covers(&exact), one.matches(&to), "{} {:?}", one, to);
        }
        prop_assert!(one.covers(&one) && Pattern::ALL.covers(&one));
        prop_assert!(!one.covers(&other) || !other.covers(&one) || one == other, "{one} {other}");
    }

    #[test]
    fn the_script_decides_as_the_policy_does(
        tables in tables(),
        urls in prop::collection::vec((url(), prop::option::weighted(0.1, host())), 60),
    ) {
        with_network(&tables, |network, pac| {
            for (url, other) in &urls {
                let host = other.clone().unwrap_or_else(|| host_of(url));
                assert_eq!(direct(network, url, &host), asked(pac, url, &host), "{url:?} {host:?}\n{tables}");
            }
        });
    }
}
