// SPDX-License-Identifier: Apache-2.0
//! The second client against a real Synapse.

use std::collections::BTreeSet;

use crate::common::{client, plain, user_with_client};
use anyhow::Result;
use keyward_testing::person::sync_until_read;

#[tokio::test]
async fn a_new_session_reads_the_past_with_the_recovery_key_only() -> Result<()> {
    let (user, phone) = user_with_client().await?;
    let recovery_key = phone.bootstrap().await?;
    let room = phone.create_encrypted_room(&[]).await?;
    let messages = phone.send_messages(&room, 3).await?;
    phone.wait_for_backup().await?;
    assert_eq!(
        phone.room_keys().await?,
        messages.iter().map(|message| message.room_key()).collect()
    );

    let laptop = client(&user).await?;
    for message in &messages {
        assert_eq!(laptop.can_decrypt(&message.room_id, &message.event_id).await?, None);
    }
    assert!(laptop.private_keys().await.is_empty());
    laptop.recover(&recovery_key).await?;
    assert_eq!(laptop.private_keys().await, phone.private_keys().await);
    assert_eq!(laptop.private_keys().await.len(), 3);
    for message in &messages {
        assert_eq!(
            laptop.can_decrypt(&message.room_id, &message.event_id).await?,
            Some(message.body.clone())
        );
    }
    Ok(())
}

#[tokio::test]
async fn a_passphrase_recovers_too_and_a_wrong_key_does_not() -> Result<()> {
    let (user, phone) = user_with_client().await?;
    let key = phone.bootstrap_with_passphrase("a phrase").await?;
    let laptop = client(&user).await?;
    assert!(laptop.recover("another phrase").await.is_err());
    laptop.recover("a phrase").await?;
    let tablet = client(&user).await?;
    tablet.recover(&key).await?;
    assert_eq!(tablet.private_keys().await, phone.private_keys().await);
    Ok(())
}

#[tokio::test]
async fn a_friend_reads_what_is_sent_to_a_common_room() -> Result<()> {
    let ((bob, friend), (_, phone)) = (user_with_client().await?, user_with_client().await?);
    let room = phone.create_encrypted_room(&[&bob.user_id]).await?;
    friend.sync_once().await?;
    friend.join(&room).await?;
    phone.sync_until_joined(&room, &bob.user_id).await?;
    let message = phone.send_messages(&room, 1).await?.remove(0);
    sync_until_read(&friend, &[message]).await
}

#[tokio::test]
async fn many_room_keys_are_in_the_store_and_in_the_backup() -> Result<()> {
    let (user, phone) = user_with_client().await?;
    let recovery_key = phone.bootstrap().await?;
    let made: BTreeSet<_> = phone.make_room_keys(4100).await?.into_iter().collect();
    assert_eq!(made.len(), 4100);
    assert_eq!(phone.room_keys().await?, made);
    // Nothing is left to upload: the store knows that the backup has them.
    phone.wait_for_backup().await?;
    assert_eq!(phone.plain().get("/v3/room_keys/version").await?["count"], 4100);

    // The ciphertext is what clients expect.
    let laptop = client(&user).await?;
    laptop.recover(&recovery_key).await?;
    let some = made.iter().next().expect("there are many").clone();
    let room = matrix_sdk::ruma::OwnedRoomId::try_from(some.room_id.as_str())?;
    laptop
        .client()
        .encryption()
        .backups()
        .download_room_key(&room, &some.session_id)
        .await?;
    assert_eq!(laptop.room_keys().await?, BTreeSet::from([some]));
    Ok(())
}

#[tokio::test]
async fn another_client_resets_and_the_old_key_opens_nothing() -> Result<()> {
    let (user, phone) = user_with_client().await?;
    let old_key = phone.bootstrap().await?;
    let old = phone.private_keys().await;
    let laptop = client(&user).await?;
    let new_key = laptop.reset_identity().await?;
    assert_ne!(old, laptop.private_keys().await);
    let tablet = client(&user).await?;
    assert!(tablet.recover(&old_key).await.is_err());
    tablet.recover(&new_key).await?;
    assert_eq!(tablet.private_keys().await, laptop.private_keys().await);
    Ok(())
}

#[tokio::test]
async fn a_dehydrated_device_is_uploaded_and_logout_ends_a_session() -> Result<()> {
    let (user, phone) = user_with_client().await?;
    let observer = plain(&user).await?;
    phone.bootstrap().await?;
    let device_id = phone.create_dehydrated_device().await?;
    let uploaded = observer
        .get("/unstable/org.matrix.msc3814.v1/dehydrated_device")
        .await?;
    assert_eq!(uploaded["device_id"], device_id);
    let phone_id = phone.device_id();
    assert!(observer.devices().await?.contains_key(&phone_id));
    phone.logout().await?;
    assert!(!observer.devices().await?.contains_key(&phone_id));
    Ok(())
}
