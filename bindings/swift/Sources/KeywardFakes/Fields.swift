// SPDX-License-Identifier: Apache-2.0

import Foundation

/// An object of the JSON of `bindings/fakes`, whose fields are of the type that is asked for: the core's tests write
/// them.
///
/// Nobody changes what is in it, so it may be sent.
struct Fields: @unchecked Sendable {
    private let map: [String: Any]

    private init(_ map: [String: Any]) {
        self.map = map
    }

    /// Of a whole file.
    init(json: String) {
        guard let map = try? JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any] else {
            fatalError("The data of the fakes are damaged")
        }
        self.init(map)
    }

    var names: [String] { map.keys.sorted() }

    func has(_ name: String) -> Bool {
        map[name] != nil
    }

    /// `nil` where it is null.
    func ifThere<Value>(_ name: String, _ type: Value.Type = Value.self) -> Value? {
        map[name] as? Value
    }

    func get<Value>(_ name: String, _ type: Value.Type = Value.self) -> Value {
        guard let value = map[name] as? Value else { fatalError("The data of the fakes have no \(name): \(type)") }
        return value
    }

    func countIfThere(_ name: String) -> Int? {
        ifThere(name)
    }

    func count(_ name: String) -> Int {
        get(name)
    }

    func timeIfThere(_ name: String) -> Date? {
        ifThere(name, Int.self).map { Date(timeIntervalSince1970: Double($0) / 1000) }
    }

    func time(_ name: String) -> Date {
        Date(timeIntervalSince1970: Double(get(name, Int.self)) / 1000)
    }

    func bytes(_ name: String) -> Data {
        Data(get(name, [Int].self).map { UInt8($0) })
    }

    func fieldsIfThere(_ name: String) -> Fields? {
        ifThere(name, [String: Any].self).map(Fields.init)
    }

    func fields(_ name: String) -> Fields {
        Fields(get(name, [String: Any].self))
    }

    func all(_ name: String) -> [Fields] {
        get(name, [[String: Any]].self).map(Fields.init)
    }

    func caseIfThere<Case: CaseIterable>(_ name: String) -> Case? {
        ifThere(name, String.self).map { named($0) }
    }

    func `case`<Case: CaseIterable>(_ name: String) -> Case {
        named(get(name))
    }
}

/// The case whose variant in Rust has this name: `makeKeys` of `MakeKeys`.
func named<Case: CaseIterable>(_ name: String) -> Case {
    guard let found = Case.allCases.first(where: { rustName($0) == name }) else {
        fatalError("The fakes know no \(Case.self) \(name): they are older than their data")
    }
    return found
}

/// The name of the variant in Rust: `MakeKeys` of `makeKeys`.
func rustName<Case: CaseIterable>(_ value: Case) -> String {
    let name = String(describing: value)
    return name.prefix(1).uppercased() + name.dropFirst()
}

/// A digit for each, as the core's tests name choices and ways.
func digits(_ bits: Bool...) -> String {
    bits.map { $0 ? "1" : "0" }.joined()
}
