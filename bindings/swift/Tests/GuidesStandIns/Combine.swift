// SPDX-License-Identifier: Apache-2.0

// Stands in for Apple's Combine where there is none, so that the code of docs/ios.md can be compiled. Never run.

public protocol ObservableObject: AnyObject {}

public final class ObservableObjectPublisher {
    public func send() {
        fatalError("a stand-in")
    }
}

extension ObservableObject {
    public var objectWillChange: ObservableObjectPublisher { fatalError("a stand-in") }
}

@propertyWrapper
public struct Published<Value> {
    public var wrappedValue: Value

    public init(wrappedValue: Value) {
        self.wrappedValue = wrappedValue
    }
}
