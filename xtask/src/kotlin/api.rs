// SPDX-License-Identifier: Apache-2.0

//! The public API of the Kotlin library, as the classes of its jar have it. `javap` prints it; what UniFFI and the compiler
//! add for themselves is left out.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use anyhow::{Context, Result, bail};
use xshell::cmd;

use crate::workspace;

/// The public API of the classes in `jar`, sorted.
pub(super) fn dump(javap: &Path, jar: &Path) -> Result<String> {
    let file = fs::File::open(jar).with_context(|| format!("there is no {}", jar.display()))?;
    let archive = zip::ZipArchive::new(file)?;
    let mut classes = Vec::new();
    for name in archive.file_names() {
        let name = name?;
        if let Some(class) = name.strip_suffix(".class").map(|class| class.replace('/', "."))
            && is_for_apps(&class)
        {
            classes.push(class);
        }
    }
    if classes.is_empty() {
        bail!("{} has no class of ours", jar.display());
    }
    let shell = workspace::shell()?;
    let printed = cmd!(shell, "{javap} -public -classpath {jar} {classes...}")
        .quiet()
        .read()?;
    Ok(digest(&printed))
}

/// Whether app developers see this class (`org.keyward.ResetState$Done`).
fn is_for_apps(class: &str) -> bool {
    let Some(name) = class.strip_prefix("org.keyward.") else {
        return false;
    };
    name.split('$').all(|part| {
        // `AccountKt$login$1` and `Account$login$2` are classes that the compiler makes for lambdas and suspending
        // functions.
        part.starts_with(|first: char| first.is_uppercase())
            && !["DefaultImpls", "EntriesMappings", "WhenMappings"].contains(&part)
            && !is_machinery(part)
    })
}

/// Whether UniFFI's generated code has this name for itself: public only so that other generated code can use it.
fn is_machinery(name: &str) -> bool {
    const PREFIXES: &[&str] = &[
        "ErrorHandler",
        "FfiConverter",
        "ForeignBytes",
        "IDX_CALLBACK_FREE",
        "IntegrityChecking",
        "NoHandle",
        "RustBuffer",
        "UNIFFI_",
        "Uniffi",
        "getUniffi",
        "uniffi",
    ];
    PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

/// Sorts what `javap` prints, class by class, and leaves out what no app calls.
fn digest(printed: &str) -> String {
    let mut classes: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut class = None;
    for line in printed.lines() {
        if let Some(header) = line.strip_suffix(" {") {
            // Without `public` it is `internal` or `private` in one file.
            class = header.starts_with("public ").then_some(header);
            if let Some(header) = class {
                classes.entry(header).or_default();
            }
        } else if line == "}" {
            class = None;
        } else if let (Some(header), Some(member)) = (class, line.strip_prefix("  "))
            && is_member_for_apps(member)
        {
            classes.entry(header).or_default().push(member);
        }
    }
    // Most companions are empty once UniFFI's own functions are left out.
    classes.retain(|header, members| !(members.is_empty() && class_of(header).ends_with("$Companion")));
    let companions: BTreeSet<String> = classes.keys().map(|header| class_of(header).to_owned()).collect();
    let mut text = String::new();
    for (header, mut members) in classes {
        members.retain(|member| {
            let companion = member
                .strip_prefix("public static final ")
                .and_then(|rest| rest.strip_suffix(" Companion;"));
            companion.is_none_or(|class| companions.contains(class))
        });
        members.sort_unstable();
        text += header;
        text += " {\n";
        for member in members {
            text.extend(["  ", member, "\n"]);
        }
        text += "}\n\n";
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

/// `org.keyward.Account` of `public class org.keyward.Account implements …`.
fn class_of(header: &str) -> &str {
    let name = header.split(' ').find(|word| word.starts_with("org.keyward."));
    name.and_then(|name| name.split('<').next()).unwrap_or(header)
}

fn is_member_for_apps(member: &str) -> bool {
    let declaration = member.split(['(', ';']).next().unwrap_or_default();
    let name = declaration.rsplit(' ').next().unwrap_or_default();
    // A constructor is called by the whole name of its class, in which `$` separates nested classes.
    let is_constructor = name.contains('.');
    // `close$keyward` is `internal`, `list$default` fills in arguments that were left out.
    let is_internal = !is_constructor && name.contains('$');
    let types = member.split(|c: char| !c.is_alphanumeric() && c != '_');
    !is_internal && member != "static {};" && !types.clone().any(is_machinery) && !types.clone().any(is_compilers)
}

/// Whether the argument is the one that marks a constructor which the compiler added.
fn is_compilers(name: &str) -> bool {
    name == "DefaultConstructorMarker"
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRINTED: &str = "\
Compiled from \"keyward.kt\"
public final class org.keyward.ResetState$Done extends org.keyward.ResetState {
  public org.keyward.ResetState$Done(java.lang.String);
  public org.keyward.ResetState$Done(java.lang.String, int, kotlin.jvm.internal.DefaultConstructorMarker);
  public final java.lang.String getKey();
  public static org.keyward.ResetState$Done copy$default(org.keyward.ResetState$Done, java.lang.String, int);
  public final void lower$keyward_bindings(org.keyward.RustBuffer);
}
Compiled from \"keyward.kt\"
public class org.keyward.Account implements java.lang.AutoCloseable {
  public static final org.keyward.Account$Companion Companion;
  public org.keyward.Account(org.keyward.UniffiWithHandle, long);
  public void close();
  public java.lang.Object rename-VKZWuLQ(long);
  static {};
}
Compiled from \"keyward.kt\"
public final class org.keyward.Account$Companion {
  public final java.lang.Object login(java.lang.String);
  public org.keyward.Account$Companion(kotlin.jvm.internal.DefaultConstructorMarker);
}
Compiled from \"keyward.kt\"
public final class org.keyward.Locked<T> {
  public static final org.keyward.Locked$Companion Companion;
  public final boolean getUniffiIsDestroyed();
}
Compiled from \"keyward.kt\"
public final class org.keyward.Locked$Companion {
  public org.keyward.Locked$Companion(kotlin.jvm.internal.DefaultConstructorMarker);
}
Compiled from \"keyward.kt\"
final class org.keyward.Hidden {
  public final int getSecret();
}
";

    #[test]
    fn the_dump_is_sorted_and_has_nothing_of_the_machinery() {
        assert_eq!(
            digest(PRINTED),
            "\
public class org.keyward.Account implements java.lang.AutoCloseable {
  public java.lang.Object rename-VKZWuLQ(long);
  public static final org.keyward.Account$Companion Companion;
  public void close();
}

public final class org.keyward.Account$Companion {
  public final java.lang.Object login(java.lang.String);
}

public final class org.keyward.Locked<T> {
}

public final class org.keyward.ResetState$Done extends org.keyward.ResetState {
  public final java.lang.String getKey();
  public org.keyward.ResetState$Done(java.lang.String);
}
"
        );
    }

    #[test]
    fn lambdas_and_converters_are_no_classes_of_the_api() {
        for class in [
            "org.keyward.ResetState",
            "org.keyward.ResetState$Done",
            "org.keyward.Account$Companion",
            "org.keyward.StreamsKt",
        ] {
            assert!(is_for_apps(class), "{class}");
        }
        for class in [
            "com.sun.jna.Native",
            "org.keyward.StreamsKt$states$1",
            "org.keyward.Account$login$2",
            "org.keyward.FfiConverterTypeAccount",
            "org.keyward.UniffiLib",
            "org.keyward.RustBuffer$ByValue",
            "org.keyward.StreamsKt$WhenMappings",
        ] {
            assert!(!is_for_apps(class), "{class}");
        }
    }
}
