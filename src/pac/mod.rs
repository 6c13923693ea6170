//! Proxy scripts that people wrote: loaded and asked, as Docker Desktop would ask them.
//!
//! A script from a policy is not trusted: it runs without files, network, clock and randomness, in little memory, on a
//! small stack and for a bounded number of steps, so that the same script always gets the same verdict.

use std::cell::Cell;
use std::rc::Rc;

use rquickjs::context::intrinsic::{Date, Eval, Json, RegExp, RegExpCompiler};
use rquickjs::{Context, Ctx, Function, Runtime, Value};

use crate::network::script::REJECT;

const HELPERS: &str = include_str!("helpers.js");

const MEMORY: usize = 16 * 1024 * 1024;
const STACK: usize = 256 * 1024;

/// How often the engine may ask whether to go on; it asks every ten thousand steps.
const PATIENCE: u32 = 200;

/// A script that an engine could read.
pub struct Pac {
    context: Context,
    patience: Rc<Cell<u32>>,
}

/// What a script answers about one host.
#[derive(Debug, PartialEq, Eq)]
pub struct Reply {
    /// The answer, such as `DIRECT`.
    pub text: String,
    /// Whether it asked for a name server, the time or its own address, so that it may answer otherwise elsewhere.
    pub asked: bool,
}

impl std::fmt::Debug for Pac {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pac")
    }
}

impl Pac {
    /// Loads a script.
    ///
    /// # Errors
    ///
    /// The words of the engine, when it is no script, stops, or never ends.
    pub fn load(script: &str) -> Result<Self, String> {
        let runtime = Runtime::new().expect("an empty engine fits into memory");
        runtime.set_memory_limit(MEMORY);
        runtime.set_max_stack_size(STACK);
        let patience = Rc::new(Cell::new(PATIENCE));
        let left = Rc::clone(&patience);
        runtime.set_interrupt_handler(Some(Box::new(move || {
            left.set(left.get().saturating_sub(1));
            left.get() == 0
        })));
        // No typed arrays, proxies, promises or maps: scripts of this kind have no use for them.
        let context = Context::custom::<(Date, Eval, Json, RegExpCompiler, RegExp)>(&runtime)
            .expect("an empty engine fits into memory");
        let pac = Self { context, patience };
        pac.run(|ctx| ctx.eval::<(), _>(HELPERS)).expect("our own script is right");
        pac.run(|ctx| ctx.eval::<(), _>(script))?;
        match pac.run(|ctx| Ok(ctx.globals().get::<_, Value<'_>>("FindProxyForURL")?.is_function())) {
            Ok(true) => Ok(pac),
            _ => Err("it declares no `function FindProxyForURL(url, host)`".to_owned()),
        }
    }

    /// Asks about a URL and its host.
    ///
    /// # Errors
    ///
    /// The words of the engine, when the script stops, never ends, or answers with something that is no text.
    pub fn ask(&self, url: &str, host: &str) -> Result<Reply, String> {
        self.patience.set(PATIENCE);
        self.run(|ctx| {
            ctx.globals().set("asked", false)?;
            let function: Function<'_> = ctx.globals().get("FindProxyForURL")?;
            let answer: Value<'_> = function.call((url, host))?;
            let text = answer.as_string().map(rquickjs::String::to_string).transpose()?;
            let asked = ctx.globals().get("asked")?;
            Ok(text
                .map(|text| Reply { text, asked })
                .ok_or_else(|| format!("it answers with {}, which is no text", answer.type_name())))
        })?
    }

    fn run<T>(&self, work: impl FnOnce(&Ctx<'_>) -> rquickjs::Result<T>) -> Result<T, String> {
        self.context.with(|ctx| {
            work(&ctx).map_err(|_| {
                let thrown = ctx.catch();
                let message = thrown.as_exception().and_then(rquickjs::Exception::message);
                match message.or_else(|| thrown.as_string().and_then(|text| text.to_string().ok())) {
                    Some(message) if message == "interrupted" => "it does not come to an end".to_owned(),
                    Some(message) => message,
                    // Where memory ends there is none left for saying so.
                    None if !thrown.is_object() => "out of memory".to_owned(),
                    None => "it throws something that is no error".to_owned(),
                }
            })
        })
    }
}

/// Whether an answer is one that Docker Desktop knows: `DIRECT`, `PROXY host:port` or `SOCKS5 host:port`, or several
/// of them in order.
pub fn is_answer(text: &str) -> bool {
    text.split(';').map(str::trim).filter(|part| !part.is_empty()).count() > 0
        && text.split(';').map(str::trim).filter(|part| !part.is_empty()).all(|part| {
            let mut words = part.split_whitespace();
            match (words.next(), words.next(), words.next()) {
                (Some("DIRECT"), None, None) => true,
                (Some("PROXY" | "SOCKS5"), Some(place), None) => {
                    let port = place.rsplit_once(':').and_then(|(_, port)| port.parse::<u16>().ok());
                    port.is_some_and(|port| port > 0)
                }
                _ => false,
            }
        })
}

/// Whether an answer refuses the request: every way out leads to the name that Docker Desktop keeps for refusing.
pub fn refuses(text: &str) -> bool {
    let mut ways = text.split(';').map(str::trim).filter(|part| !part.is_empty()).peekable();
    let host = |way: &str| Some(way.split_whitespace().nth(1)?.rsplit_once(':')?.0.to_ascii_lowercase());
    ways.peek().is_some() && ways.all(|way| host(way).is_some_and(|host| host == REJECT))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(body: &str, url: &str, host: &str) -> Result<Reply, String> {
        Pac::load(&format!("function FindProxyForURL(url, host) {{ {body} }}"))?.ask(url, host)
    }

    #[test]
    fn a_script_is_stopped_wherever_it_goes() {
        for (body, problem) in [
            ("while (true) {}", "it does not come to an end"),
            ("var a = []; for (;;) a.push('xxxxxxxxxxxxxxxx' + a.length);", "out of memory"),
            ("return FindProxyForURL(url, host);", "Maximum call stack size exceeded"),
            ("return nowhere();", "nowhere is not defined"),
            ("throw 'no';", "no"),
            ("throw {};", "it throws something that is no error"),
            ("return 1;", "it answers with int, which is no text"),
        ] {
            assert_eq!(ask(body, "https://a.example", "a.example"), Err(problem.to_owned()), "{body}");
        }
        let problem = |script| Pac::load(script).expect_err("no script");
        assert_eq!(problem("function ("), "function name expected");
        assert_eq!(problem("var a;"), "it declares no `function FindProxyForURL(url, host)`");
        assert_eq!(problem("for(;;);"), "it does not come to an end");
    }

    #[test]
    fn the_world_stands_still_and_asking_for_it_shows() {
        let still = "return 'PROXY ' + new Date().getTime() + Date.now() + Math.random() + myIpAddress() + ':1';";
        let reply = ask(still, "https://a.example", "a.example").expect("answers");
        assert_eq!(reply, Reply { text: "PROXY 000127.0.0.1:1".to_owned(), asked: true });
        let alone = "return dnsDomainIs(host, '.example') && shExpMatch(url, 'https://?.exam*') && isInNet('10.1.2.3', '10.0.0.0', '255.0.0.0') ? 'DIRECT' : 'no';";
        let reply = ask(alone, "https://a.example", "a.example").expect("answers");
        assert_eq!(reply, Reply { text: "DIRECT".to_owned(), asked: false });
    }

    #[test]
    fn answers_are_told_apart() {
        for good in ["DIRECT", "PROXY a:1; DIRECT", "SOCKS5 a:1 ;"] {
            assert!(is_answer(good), "{good}");
        }
        for bad in [
            "",
            ";",
            "ALLOW",
            "PROXY",
            "PROXY a",
            "DIRECT a",
            "proxy a:1",
            "HTTPS p:443",
            "SOCKS p:1",
            "PROXY p:99999",
            "PROXY p:0",
        ] {
            assert!(!is_answer(bad), "{bad}");
        }
        assert!(refuses("PROXY reject.docker.internal:1234") && !refuses("PROXY reject.docker.internal:1; DIRECT"));
        assert!(refuses("PROXY Reject.docker.internal:1;") && !refuses("PROXY reject.docker.internal.evil.example:1"));
    }
}
