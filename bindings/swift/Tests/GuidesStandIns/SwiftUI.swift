// SPDX-License-Identifier: Apache-2.0

// Stands in for Apple's SwiftUI where there is none, so that the code of docs/ios.md can be compiled. It has just what
// that uses. Never run.

@_exported import Combine
@_exported import Foundation

@MainActor
public protocol View {
    associatedtype Body: View
    @ViewBuilder var body: Body { get }
}

extension Never: View {
    public var body: Never { fatalError("a stand-in") }
}

extension Optional: View where Wrapped: View {
    public var body: Never { fatalError("a stand-in") }
}

public struct EmptyView: View {
    public init() {}

    public var body: Never { fatalError("a stand-in") }
}

public struct TupleView<Content>: View {
    public var body: Never { fatalError("a stand-in") }
}

public struct EitherView<First: View, Second: View>: View {
    public var body: Never { fatalError("a stand-in") }
}

@resultBuilder
public enum ViewBuilder {
    public static func buildBlock() -> EmptyView { fatalError("a stand-in") }

    public static func buildBlock<Content: View>(_ content: Content) -> Content { content }

    @_disfavoredOverload
    public static func buildBlock<each Content: View>(
        _ content: repeat each Content
    ) -> TupleView<(repeat each Content)> {
        fatalError("a stand-in")
    }

    public static func buildIf<Content: View>(_ content: Content?) -> Content? { content }

    public static func buildEither<First: View, Second: View>(first: First) -> EitherView<First, Second> {
        fatalError("a stand-in")
    }

    public static func buildEither<First: View, Second: View>(second: Second) -> EitherView<First, Second> {
        fatalError("a stand-in")
    }
}

// MARK: Views

public struct Text: View {
    public init(_ content: some StringProtocol) {}

    public var body: Never { fatalError("a stand-in") }
}

public struct HorizontalAlignment: Sendable {
    public static let leading = HorizontalAlignment()
    public static let center = HorizontalAlignment()
}

public struct VStack<Content: View>: View {
    public init(
        alignment: HorizontalAlignment = .center, spacing: Double? = nil, @ViewBuilder content: () -> Content
    ) {}

    public var body: Never { fatalError("a stand-in") }
}

public struct HStack<Content: View>: View {
    public init(spacing: Double? = nil, @ViewBuilder content: () -> Content) {}

    public var body: Never { fatalError("a stand-in") }
}

public struct ScrollView<Content: View>: View {
    public init(@ViewBuilder content: () -> Content) {}

    public var body: Never { fatalError("a stand-in") }
}

public struct ForEach<Data: RandomAccessCollection, ID: Hashable, Content: View>: View {
    public init(_ data: Data, id: KeyPath<Data.Element, ID>, @ViewBuilder content: @escaping (Data.Element) -> Content)
    {}

    public var body: Never { fatalError("a stand-in") }
}

extension ForEach where Data.Element: Identifiable, ID == Data.Element.ID {
    public init(_ data: Data, @ViewBuilder content: @escaping (Data.Element) -> Content) {}
}

public struct ButtonRole: Sendable {
    public static let destructive = ButtonRole()
}

public struct Button<Label: View>: View {
    public init(
        role: ButtonRole? = nil, action: @escaping @MainActor () -> Void, @ViewBuilder label: () -> Label
    ) {}

    public var body: Never { fatalError("a stand-in") }
}

extension Button where Label == Text {
    public init(_ title: some StringProtocol, role: ButtonRole? = nil, action: @escaping @MainActor () -> Void) {}
}

public struct TextField: View {
    public init(_ title: some StringProtocol, text: Binding<String>) {}

    public var body: Never { fatalError("a stand-in") }
}

public struct SecureField: View {
    public init(_ title: some StringProtocol, text: Binding<String>) {}

    public var body: Never { fatalError("a stand-in") }
}

public struct Toggle: View {
    public init(_ title: some StringProtocol, isOn: Binding<Bool>) {}

    public var body: Never { fatalError("a stand-in") }
}

public struct Picker<Content: View, Value: Hashable>: View {
    public init(_ title: some StringProtocol, selection: Binding<Value>, @ViewBuilder content: () -> Content) {}

    public var body: Never { fatalError("a stand-in") }
}

public struct ProgressView: View {
    public init() {}

    public init(_ title: some StringProtocol) {}

    public init(_ title: some StringProtocol, value: Double?, total: Double) {}

    public var body: Never { fatalError("a stand-in") }
}

public struct Color: View {
    public static let black = Color()
    public static let white = Color()

    public var body: Never { fatalError("a stand-in") }
}

// MARK: State

@propertyWrapper
public struct Binding<Value> {
    public init(get: @escaping @MainActor () -> Value, set: @escaping @MainActor (Value) -> Void) {}

    public var wrappedValue: Value { fatalError("a stand-in") }
}

@MainActor
@propertyWrapper
public struct ObservedObject<Model: ObservableObject> {
    public init(wrappedValue: Model) {}

    public var wrappedValue: Model { fatalError("a stand-in") }
}

@MainActor
@propertyWrapper
public struct StateObject<Model: ObservableObject> {
    public init(wrappedValue: @autoclosure @escaping () -> Model) {}

    public var wrappedValue: Model { fatalError("a stand-in") }
}

@MainActor
@propertyWrapper
public struct Environment<Value> {
    public init(_ path: KeyPath<EnvironmentValues, Value>) {}

    public var wrappedValue: Value { fatalError("a stand-in") }
}

public struct EnvironmentValues {
    public var scenePhase: ScenePhase { fatalError("a stand-in") }
    public var layoutDirection: LayoutDirection
}

public enum ScenePhase: Sendable {
    case active, inactive, background
}

public enum LayoutDirection: Sendable {
    case leftToRight, rightToLeft
}

// MARK: Modifiers

public struct Font: Sendable {
    public enum Design: Sendable {
        case monospaced
    }

    public enum TextStyle: Sendable {
        case title3
    }

    public static let headline = Font()
    public static let footnote = Font()
    public static let largeTitle = Font()
    public static let title2 = Font()

    public static func system(_ style: TextStyle, design: Design) -> Font { Font() }
}

public struct AccessibilityTraits: Sendable {
    public static let isHeader = AccessibilityTraits()
    public static let isStaticText = AccessibilityTraits()
}

public struct AccessibilityChildBehavior: Sendable {
    public static let combine = AccessibilityChildBehavior()
    public static let ignore = AccessibilityChildBehavior()
}

public struct RedactionReasons: OptionSet, Sendable {
    public let rawValue: Int

    public init(rawValue: Int) {
        self.rawValue = rawValue
    }

    public static let privacy = RedactionReasons(rawValue: 2)
}

public protocol PrimitiveButtonStyle: Sendable {}

public struct BorderedButtonStyle: PrimitiveButtonStyle {}

public struct BorderedProminentButtonStyle: PrimitiveButtonStyle {}

extension PrimitiveButtonStyle where Self == BorderedButtonStyle {
    public static var bordered: BorderedButtonStyle { BorderedButtonStyle() }
}

extension PrimitiveButtonStyle where Self == BorderedProminentButtonStyle {
    public static var borderedProminent: BorderedProminentButtonStyle { BorderedProminentButtonStyle() }
}

extension View {
    public func font(_ font: Font?) -> some View { self }

    public func padding(_ length: Double? = nil) -> some View { self }

    public func background(_ color: Color) -> some View { self }

    public func frame(width: Double? = nil, height: Double? = nil) -> some View { self }

    public func disabled(_ disabled: Bool) -> some View { self }

    public func buttonStyle(_ style: some PrimitiveButtonStyle) -> some View { self }

    public func redacted(reason: RedactionReasons) -> some View { self }

    public func privacySensitive() -> some View { self }

    public func id(_ id: some Hashable) -> some View { self }

    public func tag(_ tag: some Hashable) -> some View { self }

    public func environment<Value>(_ path: WritableKeyPath<EnvironmentValues, Value>, _ value: Value) -> some View {
        self
    }

    public func onAppear(perform action: @escaping @MainActor () -> Void) -> some View { self }

    public func onDisappear(perform action: @escaping @MainActor () -> Void) -> some View { self }

    public func onChange<Value: Equatable>(
        of value: Value, perform action: @escaping @MainActor (Value) -> Void
    ) -> some View { self }

    public func accessibilityAddTraits(_ traits: AccessibilityTraits) -> some View { self }

    public func accessibilityElement(children: AccessibilityChildBehavior) -> some View { self }

    public func accessibilityHidden(_ hidden: Bool) -> some View { self }

    public func accessibilityHint(_ hint: some StringProtocol) -> some View { self }

    public func accessibilityLabel(_ label: some StringProtocol) -> some View { self }
}
