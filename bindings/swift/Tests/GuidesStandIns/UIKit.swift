// SPDX-License-Identifier: Apache-2.0

// Stands in for Apple's UIKit where there is none, so that the code of docs/ios.md can be compiled. Never run.

public struct UIBackgroundTaskIdentifier: Hashable, Sendable {
    public static let invalid = UIBackgroundTaskIdentifier()
}

@MainActor
open class UIApplication {
    open class var shared: UIApplication { fatalError("a stand-in") }

    open func beginBackgroundTask(
        withName taskName: String?, expirationHandler handler: (@MainActor @Sendable () -> Void)? = nil
    ) -> UIBackgroundTaskIdentifier {
        fatalError("a stand-in")
    }

    open func endBackgroundTask(_ identifier: UIBackgroundTaskIdentifier) {
        fatalError("a stand-in")
    }
}

@MainActor
open class UIPasteboard {
    public struct OptionsKey: Hashable, Sendable {
        public static let expirationDate = OptionsKey()
        public static let localOnly = OptionsKey()
    }

    open class var general: UIPasteboard { fatalError("a stand-in") }

    open func setItems(_ items: [[String: Any]], options: [OptionsKey: Any] = [:]) {
        fatalError("a stand-in")
    }
}

@MainActor
public enum UIAccessibility {
    public struct Notification: Sendable {
        public static let announcement = Notification()
        public static let screenChanged = Notification()
    }

    public static func post(notification: Notification, argument: Any?) {
        fatalError("a stand-in")
    }
}
