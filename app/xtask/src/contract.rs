//! The contract in `wit/` as names, members and words: what its reference is written from and what a later version is compared with.
//!
//! Rooms: [`reference`] the pages for people · [`promise`] what may change after a release. Not here: what the host does with it.
//! Invariant: nothing the parser knows of a type or function is left out, so that two contracts that read alike here are alike.

pub mod promise;
pub mod reference;

use std::{collections::BTreeMap, path::Path};

use anyhow::{Context as _, Result};
use wit_parser::{
    Function, Interface as Parsed, PackageId, Resolve, Type as Used, TypeDef, TypeDefKind, TypeOwner, World as Whole,
    WorldItem, WorldKey,
};

/// A version of the contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contract {
    /// `samsyn:adapter`.
    pub package: String,
    /// `1.0.0`.
    pub version: String,
    /// Interfaces by name.
    pub interfaces: BTreeMap<String, Interface>,
    /// Worlds by name.
    pub worlds: BTreeMap<String, World>,
}

/// An interface.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interface {
    /// Its comment.
    pub docs: String,
    /// Types in their order; those of other interfaces among them.
    pub types: Vec<Type>,
    /// Functions in their order.
    pub functions: Vec<Signature>,
}

/// A type with a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Type {
    /// `phone`.
    pub name: String,
    /// Its comment.
    pub docs: String,
    /// What it is.
    pub shape: Shape,
}

/// What a type is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// Fields in their order.
    Record(Vec<Member>),
    /// Cases in their order.
    Variant(Vec<Member>),
    /// Cases without content, in their order.
    Enum(Vec<Member>),
    /// Another name of a type.
    Alias(String),
    /// A type of another interface, `types.phone`.
    From(String),
}

/// A field, a case or a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// `number`.
    pub name: String,
    /// Its comment.
    pub docs: String,
    /// As it is written; none for a case without content.
    pub of: Option<String>,
}

/// A function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// `send`.
    pub name: String,
    /// Its comment.
    pub docs: String,
    /// Parameters in their order.
    pub takes: Vec<Member>,
    /// What it gives.
    pub gives: Option<String>,
}

/// A world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct World {
    /// Its comment.
    pub docs: String,
    /// Names of interfaces an adapter may import.
    pub imports: Vec<String>,
    /// Names of interfaces an adapter has to export.
    pub exports: Vec<String>,
}

impl Contract {
    /// Reads a folder of `.wit` files.
    ///
    /// # Errors
    /// When it is no contract; the parser's message knows file and line.
    pub fn of_folder(folder: &Path) -> Result<Self> {
        let mut resolve = Resolve::default();
        let (package, _) = resolve.push_dir(folder).with_context(|| folder.display().to_string())?;
        Self::of(&resolve, package)
    }

    fn of(resolve: &Resolve, package: PackageId) -> Result<Self> {
        let package = resolve.packages.get(package).context("no package")?;
        let version = package.name.version.as_ref().context("the package has no version")?.to_string();
        let reading = Reading(resolve);
        let interfaces = package.interfaces.iter().map(|(name, id)| {
            let interface = resolve.interfaces.get(*id).context("no interface")?;
            Ok((name.clone(), reading.interface(interface)?))
        });
        let worlds = package.worlds.iter().map(|(name, id)| {
            let world = resolve.worlds.get(*id).context("no world")?;
            Ok((name.clone(), reading.world(world)?))
        });
        Ok(Self {
            package: format!("{}:{}", package.name.namespace, package.name.name),
            version,
            interfaces: interfaces.collect::<Result<_>>()?,
            worlds: worlds.collect::<Result<_>>()?,
        })
    }
}

/// Ids of the parser as names.
struct Reading<'r>(&'r Resolve);

impl Reading<'_> {
    fn interface(&self, parsed: &Parsed) -> Result<Interface> {
        let types = parsed.types.iter().map(|(name, id)| {
            let definition = self.0.types.get(*id).context("no type")?;
            Ok(Type { name: name.clone(), docs: words(&definition.docs), shape: self.shape(definition)? })
        });
        let functions = parsed.functions.values().map(|function| self.signature(function));
        Ok(Interface {
            docs: words(&parsed.docs),
            types: types.collect::<Result<_>>()?,
            functions: functions.collect::<Result<_>>()?,
        })
    }

    fn world(&self, world: &Whole) -> Result<World> {
        let names = |items: &mut dyn Iterator<Item = (&WorldKey, &WorldItem)>| {
            items.map(|(key, _)| self.key(key)).collect::<Result<Vec<_>>>()
        };
        Ok(World {
            docs: words(&world.docs),
            imports: names(&mut world.imports.iter())?,
            exports: names(&mut world.exports.iter())?,
        })
    }

    fn key(&self, key: &WorldKey) -> Result<String> {
        match key {
            WorldKey::Name(name) => Ok(name.clone()),
            WorldKey::Interface(id) => {
                let interface = self.0.interfaces.get(*id).context("no interface")?;
                interface.name.clone().context("an interface without a name")
            }
        }
    }

    fn shape(&self, definition: &TypeDef) -> Result<Shape> {
        Ok(match &definition.kind {
            TypeDefKind::Record(record) => Shape::Record(
                record
                    .fields
                    .iter()
                    .map(|field| Ok(Member::new(&field.name, &field.docs, Some(self.spelled(&field.ty)?))))
                    .collect::<Result<_>>()?,
            ),
            TypeDefKind::Variant(variant) => Shape::Variant(
                variant
                    .cases
                    .iter()
                    .map(|case| {
                        let of = case.ty.as_ref().map(|of| self.spelled(of)).transpose()?;
                        Ok(Member::new(&case.name, &case.docs, of))
                    })
                    .collect::<Result<_>>()?,
            ),
            TypeDefKind::Enum(cases) => {
                Shape::Enum(cases.cases.iter().map(|case| Member::new(&case.name, &case.docs, None)).collect())
            }
            TypeDefKind::Type(Used::Id(id)) if self.is_elsewhere(*id, definition) => Shape::From(self.place(*id)?),
            kind => Shape::Alias(self.kind(kind)?),
        })
    }

    fn is_elsewhere(&self, id: wit_parser::TypeId, here: &TypeDef) -> bool {
        self.0.types.get(id).is_some_and(|there| there.owner != here.owner)
    }

    /// `types.phone`.
    fn place(&self, id: wit_parser::TypeId) -> Result<String> {
        let definition = self.0.types.get(id).context("no type")?;
        let name = definition.name.as_deref().context("a type without a name")?;
        let TypeOwner::Interface(owner) = definition.owner else { return Ok(name.to_owned()) };
        let owner = self.0.interfaces.get(owner).and_then(|owner| owner.name.as_deref());
        Ok(format!("{}.{name}", owner.context("an interface without a name")?))
    }

    fn signature(&self, function: &Function) -> Result<Signature> {
        let takes = function.params.iter().map(|parameter| {
            let of = Some(self.spelled(&parameter.ty)?);
            Ok(Member { name: parameter.name.clone(), docs: String::new(), of })
        });
        Ok(Signature {
            name: function.name.clone(),
            docs: words(&function.docs),
            takes: takes.collect::<Result<_>>()?,
            gives: function.result.as_ref().map(|gives| self.spelled(gives)).transpose()?,
        })
    }

    /// A type as it is written.
    fn spelled(&self, used: &Used) -> Result<String> {
        let Used::Id(id) = used else { return Ok(format!("{used:?}").to_ascii_lowercase()) };
        let definition = self.0.types.get(*id).context("no type")?;
        definition.name.clone().map_or_else(|| self.kind(&definition.kind), Ok)
    }

    /// A type without a name of its own.
    fn kind(&self, kind: &TypeDefKind) -> Result<String> {
        let either = |used: &Option<Used>| used.as_ref().map_or_else(|| Ok("_".to_owned()), |used| self.spelled(used));
        Ok(match kind {
            TypeDefKind::Option(of) => format!("option<{}>", self.spelled(of)?),
            TypeDefKind::List(of) => format!("list<{}>", self.spelled(of)?),
            TypeDefKind::Result(result) => format!("result<{}, {}>", either(&result.ok)?, either(&result.err)?),
            TypeDefKind::Type(of) => self.spelled(of)?,
            TypeDefKind::Tuple(tuple) => {
                let parts = tuple.types.iter().map(|part| self.spelled(part)).collect::<Result<Vec<_>>>()?;
                format!("tuple<{}>", parts.join(", "))
            }
            // Nothing else is in the contract; whatever it is, a change of it is seen.
            other => format!("{}: {other:?}", other.as_str()),
        })
    }
}

impl Member {
    fn new(name: &str, docs: &wit_parser::Docs, of: Option<String>) -> Self {
        Self { name: name.to_owned(), docs: words(docs), of }
    }
}

fn words(docs: &wit_parser::Docs) -> String {
    docs.contents.as_deref().unwrap_or_default().trim().to_owned()
}
