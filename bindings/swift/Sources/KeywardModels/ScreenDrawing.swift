// SPDX-License-Identifier: Apache-2.0

import Foundation
import Keyward

/// What the app draws itself, where the `shows` of a screen says so.
public enum ScreenDrawing: Sendable {
    /// The new recovery key, in its groups. For readers of a screen: ``ScreenModel/spokenKey``.
    case recoveryKey(RecoveryKey)
    /// The seven emoji to compare.
    case emoji([ComparedEmoji])
    /// The three numbers to compare.
    case numbers([Int])
    /// The QR code for the other session.
    case qrCode(ShownCode)
    /// A camera. What it has seen goes to ``VerificationModel/scan(_:)``.
    case camera
    /// The list of sessions.
    case sessions([SessionRow])
}

/// An emoji of a comparison.
public struct ComparedEmoji: Hashable, Sendable {
    /// The emoji itself.
    public let symbol: String
    /// Its name in the language of the texts, to be shown below it.
    public let name: String

    /// An emoji with its name.
    public init(symbol: String, name: String) {
        self.symbol = symbol
        self.name = name
    }
}

/// A QR code to show. Draw it dark on white, with a margin of four modules.
public struct ShownCode: Hashable, Sendable {
    /// What is in it, for an app that draws QR codes itself.
    public let bytes: Data
    /// Row by row, `true` is dark.
    public let rows: [[Bool]]

    /// A code of these bytes and modules.
    public init(bytes: Data, rows: [[Bool]]) {
        self.bytes = bytes
        self.rows = rows
    }

    init(_ code: VerificationQrCode) {
        let (size, modules) = (Int(code.size()), code.modules())
        self.init(
            bytes: code.bytes(),
            rows: (0..<size).map { row in Array(modules[row * size..<(row + 1) * size]) })
    }
}

/// A session in the list.
public struct SessionRow: Hashable, Identifiable, Sendable {
    /// The session itself, for ``SessionDetailsModel``.
    public let session: Session
    /// Whether it is the one that the app uses.
    public let isCurrent: Bool
    /// What the row says.
    public let text: SessionText

    /// The device id.
    public var id: String { session.deviceId }

    /// A session and what is said of it.
    public init(session: Session, isCurrent: Bool, text: SessionText) {
        self.session = session
        self.isCurrent = isCurrent
        self.text = text
    }
}
