// SPDX-License-Identifier: Apache-2.0

//! What Kotlin and Swift can call, in one line each: a listing that a person can read a change of.

use std::{fmt::Write, path::Path};

use anyhow::Result;
use uniffi_bindgen::{
    BindgenLoader, BindgenPaths, GlobalConfig,
    interface::{Argument, AsType, Callable, ComponentInterface, Enum, Field, Type},
};

/// The listing of `library`, which has its symbols. Doc comments are not in it.
pub(crate) fn of(library: &Path) -> Result<String> {
    let mut paths = BindgenPaths::default();
    paths.add_cargo_metadata_layer(true)?;
    let loader = BindgenLoader::new(paths, GlobalConfig::default());
    let metadata = loader.load_metadata(library.try_into()?)?;
    let mut listings: Vec<String> = loader.load_cis(metadata)?.iter().map(listing).collect();
    listings.sort();
    Ok(listings.concat())
}

fn listing(interface: &ComponentInterface) -> String {
    let mut blocks = Vec::new();
    for function in interface.function_definitions() {
        blocks.push(format!("fn {}\n", signature(function.name(), function)));
    }
    for object in interface.object_definitions() {
        let mut block = format!("object {}\n", object.name());
        for constructor in object.constructors() {
            line(
                &mut block,
                &format!("constructor {}", signature(constructor.name(), constructor)),
            );
        }
        for method in object.methods() {
            line(&mut block, &signature(method.name(), method));
        }
        if object.uniffi_trait_methods().display_fmt.is_some() {
            line(&mut block, "Display");
        }
        blocks.push(block);
    }
    for record in interface.record_definitions() {
        let mut block = format!("record {}\n", record.name());
        for field in record.fields() {
            line(&mut block, &self::field(field));
        }
        blocks.push(block);
    }
    for item in interface.enum_definitions() {
        let keyword = if interface.is_name_used_as_error(item.name()) {
            "error"
        } else {
            "enum"
        };
        blocks.push(format!("{keyword} {}\n{}", item.name(), variants(item)));
    }
    blocks.sort();
    format!("namespace {}\n\n{}", interface.namespace(), blocks.join("\n"))
}

fn variants(item: &Enum) -> String {
    let mut block = String::new();
    for variant in item.variants() {
        let fields: Vec<String> = variant.fields().iter().map(field).collect();
        let fields = if fields.is_empty() {
            String::new()
        } else {
            format!("({})", fields.join(", "))
        };
        line(&mut block, &format!("{}{fields}", variant.name()));
    }
    for method in item.methods() {
        line(&mut block, &signature(method.name(), method));
    }
    if item.uniffi_trait_methods().display_fmt.is_some() {
        line(&mut block, "Display");
    }
    block
}

fn line(block: &mut String, text: &str) {
    writeln!(block, "    {text}").expect("a string takes everything");
}

fn field(field: &Field) -> String {
    let default = field.default_value().map_or("", |_| " = default");
    format!("{}: {}{default}", field.name(), type_name(&field.as_type()))
}

fn signature(name: &str, callable: &impl Callable) -> String {
    let argument = |argument: &&Argument| {
        let default = argument.default_value().map_or("", |_| " = default");
        format!("{}: {}{default}", argument.name(), type_name(&argument.as_type()))
    };
    let arguments: Vec<String> = callable.arguments().iter().map(argument).collect();
    let mut text = format!("{}({})", name, arguments.join(", "));
    if callable.is_async() {
        text.push_str(" async");
    }
    if let Some(error) = callable.throws_type() {
        text.push_str(&format!(" throws {}", type_name(error)));
    }
    if let Some(returned) = callable.return_type() {
        text.push_str(&format!(" -> {}", type_name(returned)));
    }
    text
}

fn type_name(of: &Type) -> String {
    match of {
        Type::Optional { inner_type } => format!("{}?", type_name(inner_type)),
        Type::Sequence { inner_type } => format!("[{}]", type_name(inner_type)),
        Type::Map { key_type, value_type } => format!("[{}: {}]", type_name(key_type), type_name(value_type)),
        named => named.name().map_or_else(|| format!("{named:?}"), str::to_owned),
    }
}
