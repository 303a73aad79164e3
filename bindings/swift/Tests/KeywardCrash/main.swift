// SPDX-License-Identifier: Apache-2.0

import Foundation

// What tests do in a process of its own: to kill it, or to count what it holds.

let arguments = CommandLine.arguments.dropFirst()
switch arguments.first {
case "reset": try await reset(Array(arguments.dropFirst()))
case "drop": try await drop(Array(arguments.dropFirst()))
default: fatalError("reset or drop")
}
