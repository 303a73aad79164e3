// SPDX-License-Identifier: Apache-2.0

import Foundation
import Keyward
import Testing

/// The log of the whole process, so that what other tests do is in it, too.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct LogsTests {
    @Test("Records have a time, a level, a target and a text")
    func records() async throws {
        let before = Date()
        // Opened before something happens.
        var debug = Keyward.logs(.debug).makeAsyncIterator()
        var trace = Keyward.logs(.trace).makeAsyncIterator()
        try await loggedIn(TestService.newUser()) { login in
            try await login.account.syncOnce(wait: 0)
            let records = try await [
                debug.first { isOurs($0) }, trace.first { !isOurs($0) }, trace.first { $0.level == .trace },
            ]
            for record in records {
                #expect((before...Date()).contains(record.time))
                #expect(!record.target.isEmpty && !record.text.isEmpty)
            }
            #expect(records[0].level != .trace)
        }
    }

    @Test("A stream has nothing that is less important than it was asked for")
    func levels() async throws {
        // Somebody else asks for everything.
        let everything = openLog(level: .trace)
        var debug = Keyward.logs(.debug).makeAsyncIterator()
        try await loggedIn(TestService.newUser()) { login in
            try await login.account.syncOnce(wait: 0)
            #expect(await everything.next() != nil)
            for _ in 0..<3 {
                let record = try await debug.first { _ in true }
                #expect(record.level != .trace)
                #expect(isOurs(record) || record.level == .error || record.level == .warn)
            }
        }
    }

    @Test("One stream that is stopped ends alone")
    func stop() async throws {
        let first = openLog(level: .trace)
        let second = openLog(level: .trace)
        try await loggedIn(TestService.newUser()) { login in
            try await login.account.syncOnce(wait: 0)
            #expect(await first.next() != nil)
            for _ in 0..<2 {
                first.stop()
                #expect(await first.next() == nil)
            }
            try await login.account.syncOnce(wait: 0)
            #expect(await second.next() != nil)
        }
    }

    @Test("Who waits for a record stops waiting with the stream, and with the task")
    func waiting() async throws {
        // No library has an error to report here, and this one none at all.
        let stream = openLog(level: .error)
        async let record = stream.next()
        stream.stop()
        #expect(await record == nil)

        let reader = Task { for await _ in Keyward.logs(.error) {} }
        reader.cancel()
        await reader.value
        #expect(reader.isCancelled)
    }

    @Test("No secret is in any record at trace")
    func secrets() async throws {
        let person = try await TestService.person(.none)
        let phrase = "eleven quiet otters under ice"
        let (wrong, filePhrase) = ("a wrong password for the login", "only for the exported file")
        let stream = openLog(level: .trace)
        let log = Log()
        let reader = Task { while let record = await stream.next() { await log.add(record) } }

        try await loggedIn(person) { login in
            let account = login.account
            let homeserver = try await Keyward.discover(person.homeserver)
            await fails(LoginError.WrongPassword) {
                try await Keyward.login(
                    homeserver: homeserver, user: person.userId, password: Password(text: wrong), sessionName: "Wrong",
                    folder: login.folder.appendingPathExtension("wrong"), key: StoreKey.generate())
            }
            await fails(UnlockError.NoPassphrase) { try await account.unlock(input: .phrase(phrase)) }
            let mistyped = person.recoveryKey.replacingOccurrences(of: "E", with: "F") + "2"
            await fails(UnlockError.MistypedKey) { try await account.unlock(input: .key(mistyped)) }
            #expect(try await account.unlock(input: .key(person.recoveryKey)).keyBackup)
            let file = login.folder.appendingPathExtension("txt")
            _ = try await account.roomKeys().export(to: file, passphrase: Passphrase(text: filePhrase)).collected()
            let signOut = try await account.sessions().signOut(deviceIds: [person.observer.deviceId])
            _ = try await signOut.begin()
            await fails(SignOutError.WrongPassword) { try await signOut.authorise(password: Password(text: wrong)) }
            _ = try await signOut.authorise(password: Password(text: person.password))

            // Until the reader has seen what is later than all that.
            let end = Date()
            repeat {
                try await account.syncOnce(wait: 0)
            } while await log.latest <= end
            stream.stop()
            await reader.value

            let records = await log.records
            #expect(records.contains { $0.level == .trace })
            let text = records.map { "\($0.target) \($0.text)" }.joined(separator: "\n")
            let secrets = [
                person.password, person.recoveryKey, mistyped, phrase, wrong, filePhrase,
                login.key.reveal().base64EncodedString(),
            ]
            for secret in secrets {
                for form in [secret, secret.replacingOccurrences(of: " ", with: "")] {
                    #expect(text.range(of: form) == nil, "a secret is in the log")
                }
            }
        }
    }

    private actor Log {
        private(set) var records: [LogRecord] = []
        var latest: Date { records.last?.time ?? .distantPast }

        func add(_ record: LogRecord) {
            records.append(record)
        }
    }
}

private func isOurs(_ record: LogRecord) -> Bool {
    record.target.hasPrefix("keyward")
}

extension AsyncIteratorProtocol {
    /// The next one like that, whatever else comes before it.
    mutating func first(_ isLikeThat: (Element) -> Bool) async throws -> Element {
        while let element = try await next() {
            if isLikeThat(element) { return element }
        }
        throw TestFailure("the stream ended before it came")
    }
}
