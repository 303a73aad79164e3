//! tmp
use std::time::Instant;
use keyward_testing::{other_client::OtherClient, synapse::*, user::PlainSession, server_state::ServerState, oracle::*};
#[tokio::test]
async fn measure() -> anyhow::Result<()> {
    let mut servers = vec![];
    for _ in 0..3 { let t = Instant::now(); servers.push(Synapse::start(SynapseOptions::default()).await?); println!("start {:?}", t.elapsed()); }
    let s = &servers[0];
    for _ in 0..3 {
        let t = Instant::now();
        let u = s.new_user().await?; println!("user {:?}", t.elapsed());
        let c = OtherClient::login(s.url(), &u).await?; println!("login {:?}", t.elapsed());
        c.bootstrap().await?; println!("bootstrap {:?}", t.elapsed());
        let r = c.create_encrypted_room(&[]).await?;
        c.send_messages(&r, 3).await?; c.wait_for_backup().await?;
        println!("all {:?}", t.elapsed());
        let p = PlainSession::login(s.url(), &u, None).await?;
        let t = Instant::now(); ServerState::read(&p).await?; println!("read state {:?}", t.elapsed());
    }
    for n in [20_000, 100_000] {
        let u = s.new_user().await?;
        let c = OtherClient::login(s.url(), &u).await?;
        c.bootstrap().await?;
        let t = Instant::now(); let ids = c.make_room_keys(n).await?; println!("{n} keys {:?}", t.elapsed());
        let p = PlainSession::login(s.url(), &u, None).await?;
        let t = Instant::now(); let o = Oracle::new(p.clone(), &c.device_id(), c.store_path(), c.store_key()).await?.with_room_keys(ids); println!("look {:?}", t.elapsed());
        let t = Instant::now(); let l = o.look().await?; o.i2_room_keys_are_readable(&l, None, Backups::Current).await?; println!("i2 on device {:?}", t.elapsed());
        let mut l = l; l.device.room_keys.clear();
        let t = Instant::now(); o.i2_room_keys_are_readable(&l, None, Backups::Current).await?; println!("i2 from backup {:?}", t.elapsed());
    }
    Ok(())
}
