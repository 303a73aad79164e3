// SPDX-License-Identifier: Apache-2.0

//! Account security for Matrix: reset cross-signing and manage sessions, without losing anything on the way.
//!
//! Until the homeserver has accepted the new identity nothing is destroyed, and after it nothing can be lost.

// For developers of this crate; only the text above is copied into the Kotlin and Swift code.
//
// Every type for apps is declared here, one file per module of the core, with its conversions. Nothing is decided here.
// Three rules hold everywhere:
//
// * `runtime.rs`: our code runs on our own threads, and what owns a connection or a database is dropped there.
// * `login.rs`: whatever belongs to an account ends when the account is shut down.
// * Streams are pulled (`next`, `stop`). A reset, a new recovery key and a verification are tasks that go on even if
//   nobody waits for them.

// The core's futures within those of UniFFI are deep.
#![recursion_limit = "256"]

mod account;
mod advice;
mod auth;
mod doctor;
mod gate;
mod homeserver;
mod log;
mod login;
mod network;
mod recovery;
mod reset;
mod room_keys;
mod runtime;
mod secret;
mod server;
mod sessions;
mod states;
#[cfg(test)]
mod testing;
mod texts;
mod transfer;
mod verification;
mod versions;

pub use self::{
    account::{
        Account, AccountError, AccountStatus, AttachError, AttachedAccount, AttachedStatus, BrowserLogin,
        BrowserMethod, ClientDescription, DeviceLogin, HostSession, IdentityStatus, KeyBackupStatus, KeyFlow,
        LoginError, LoginMethod, LogoutError, PendingFlow, RestoreError, ResumeError, SecretStorageStatus, SsoProvider,
        TokenRequest, TokenRequests, UnsavedRoomKeys, cancel_browser_login, waiting_browser_login,
    },
    advice::{Advice, Remedy, TextArgument, TextValue},
    auth::{BrowserStage, Challenge},
    doctor::{
        AfterCare, Consequence, ContactToVerify, Decides, Finding, FindingCode, FindingRemedy, RemedyCode, RepairError,
        Report, RoomKeyRepair, RoomKeyRepairState, SessionToVerify, Severity, WhyVerify,
    },
    homeserver::{DiscoveryError, Homeserver},
    log::{LogLevel, LogRecord, LogStream, open_log},
    network::{NetworkError, NetworkSettings, ProxyLogin, ProxySettings, use_network},
    recovery::{
        KeyCheck, KeyCheckError, Recovery, RecoveryError, RecoveryOptions, RecoveryOutcome, RecoveryState,
        RecoveryStates, RecoveryStep,
    },
    reset::{
        Confirmation, HandedOver, OldBackup, PendingReset, Reset, ResetConsequences, ResetError, ResetExport,
        ResetOptions, ResetOutcome, ResetPlan, ResetProgress, ResetState, ResetStates, ResetStep,
    },
    room_keys::{
        ExportError, ExportState, ImportError, ImportState, RoomKeyExport, RoomKeyImport, RoomKeyImported, RoomKeys,
    },
    secret::{Passphrase, Password, RecoveryKey, StoreKey, StoreKeyError},
    server::ServerProblem,
    sessions::{
        AccountManagement, ClientInformation, DeviceKind, LabelSource, LoginAlert, NewLogin, PushNotifications,
        Recommendations, Session, SessionFilter, SessionHistoryEntry, SessionList, SessionRename, SessionTrust,
        Sessions, SessionsError, SessionsSnapshot, SessionsUpdate, SessionsWatch, SignOut, SignOutConsequences,
        SignOutError, SignOutLink, SignOutLinks, SignOutProposal,
    },
    texts::{
        ResetChoices, Screen, ScreenAction, ScreenActionId, ScreenContent, ScreenFact, ScreenField, ScreenFieldId,
        ScreenFieldKind, ScreenProgress, ScreenRole, ScreenSection, SessionText, Texts, TextsError,
    },
    verification::{
        CancelReason, KeyInput, UnlockError, Unlocked, Verification, VerificationEmoji, VerificationError,
        VerificationQrCode, VerificationState, VerificationStates,
    },
    versions::{Versions, versions},
};

uniffi::setup_scaffolding!("keyward");
