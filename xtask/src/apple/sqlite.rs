// SPDX-License-Identifier: Apache-2.0

//! How SQLite is built for Apple's systems. What this workspace leaves out of it everywhere stands in `.cargo/config.toml`,
//! and is left out here as well.

/// The variable that libsqlite3-sys reads.
pub(super) const VARIABLE: &str = "LIBSQLITE3_FLAGS";

/// Where it is set for all systems.
const CONFIG: &str = include_str!("../../../.cargo/config.toml");

/// On Apple's systems alone, SQLite looks at the kind of every file system (`statfs`) and has five ways to lock a file, for
/// the folders of others in a network. The store lies in the app's own folder, where the way of all other systems is the one
/// that SQLite would choose anyway. What stays is `fstatfs`, by which it knows FAT: no flag leaves that out.
const APPLE: &str = "-DSQLITE_ENABLE_LOCKING_STYLE=0";

/// All flags. What stands in the environment comes before Cargo's configuration, so they have to be complete.
pub(super) fn flags() -> String {
    format!(
        "{} {APPLE}",
        everywhere(CONFIG).expect("Cargo's configuration sets the flags")
    )
}

/// What the configuration sets.
fn everywhere(config: &str) -> Option<String> {
    let (_, rest) = config.split_once(&format!("\n{VARIABLE} = \"\"\""))?;
    let (value, _) = rest.split_once("\"\"\"")?;
    // A line of TOML that ends so goes on in the next.
    Some(value.replace("\\\n", ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_everywhere_is_left_out_here_as_well() {
        let flags = flags();
        let flags: Vec<&str> = flags.split(' ').collect();
        assert_eq!(flags.last(), Some(&APPLE));
        for flag in [
            "-USQLITE_ENABLE_FTS3",
            "-USQLITE_ENABLE_FTS5",
            "-DSQLITE_OMIT_LOAD_EXTENSION",
        ] {
            assert!(flags.contains(&flag), "{flag}: {flags:?}");
        }
        // libsqlite3-sys panics at anything else.
        assert!(
            flags
                .iter()
                .all(|flag| flag.starts_with("-DSQLITE_") || flag.starts_with("-USQLITE_")),
            "{flags:?}"
        );
        assert_eq!(everywhere("[env]\nOTHER = \"\"\"-DSQLITE_X\"\"\"\n"), None);
    }

    #[test]
    fn cargo_reads_the_configuration_in_the_same_way() {
        // Cargo sets it while it compiles this; what a person has set instead is their choice.
        let set = option_env!("LIBSQLITE3_FLAGS").filter(|set| set.contains("-USQLITE_ENABLE_STAT4"));
        if let Some(set) = set {
            assert_eq!(everywhere(CONFIG).as_deref(), Some(set));
        }
    }
}
