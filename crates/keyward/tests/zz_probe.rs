// SPDX-License-Identifier: Apache-2.0
//! Throw-away.
mod common;
use common::*;
use keyward::{account::*, reset::*, secret::*, secret_storage::KeyInput};
use keyward_testing::{other_client::OtherClient, proxy::{Fault, FaultProxy, Rule}, synapse::Synapse, store_fault, room_key_file};
use reqwest::StatusCode;
use serde_json::json;
fn k(p:&Person)->KeyInput{KeyInput::RecoveryKey(RecoveryKey::new(p.old_key.clone()))}
#[tokio::test(flavor="multi_thread")]
async fn stores(){
    let person=Person::with_history().await;
    let kw=Keyward::login(Synapse::shared().await.url(),&person.user).await;
    let list=kw.account.sessions().await.unwrap();
    let phone=person.phone.device_id();
    let r=kw.account.start_reset(&kw.account.plan_reset().await.unwrap(),ResetOptions::default()).await.unwrap(); drop(r);
    store_fault::break_store(kw.dir.path()).unwrap();
    eprintln!("status {:?}",kw.account.status().await.err().map(|e|e.kind()));
    eprintln!("sessions {:?}",kw.account.sessions().await.err().map(|e|e.kind()));
    eprintln!("plan {:?}",kw.account.plan_reset().await.err().map(|e|e.kind()));
    eprintln!("unlock {:?}",kw.account.unlock(&k(&person)).await.err().map(|e|e.kind()));
    eprintln!("verify {:?}",kw.account.verify_session(&phone).await.err().map(|e|e.kind()));
    eprintln!("verify this {:?}",kw.account.verify_this_session().await.err().map(|e|e.kind()));
    eprintln!("consequences {:?}",kw.account.sign_out_consequences(&list,&[phone.clone()]).await.err().map(|e|e.kind()));
    eprintln!("history {:?}",kw.account.session_history().await.err());
    eprintln!("sync {:?}",kw.account.sync_once(std::time::Duration::ZERO).await.err().map(|e|e.kind()));
    eprintln!("export {:?}",kw.account.export_room_keys(&kw.dir.path().join("x"),&Password::new("abc"),|_|{}).await.err().map(|e|e.kind()));
    let f=kw.dir.path().join("in.txt"); std::fs::write(&f,room_key_file::encrypt(&room_key_file::content(20).unwrap(),"abc",1,10)).unwrap();
    eprintln!("import {:?}",kw.account.import_room_keys(&f,&Password::new("abc"),|_|{}).await.err().map(|e|e.kind()));
    eprintln!("logout {:?}",kw.account.log_out(UnsavedRoomKeys::Discard).await.err().map(|e|e.kind()));
    store_fault::mend_store(kw.dir.path()).unwrap();
    eprintln!("mended {:?}",kw.account.status().await.err().map(|e|e.kind()));
    store_fault::set_schema_version(kw.dir.path(),16).unwrap();
    eprintln!("store_version {:?}",kw.account.export_room_keys(&kw.dir.path().join("x"),&Password::new("abc"),|_|{}).await.err().map(|e|e.kind()));
    store_fault::set_schema_version(kw.dir.path(),17).unwrap();
    for p in ["/dev/full","/sys/x",&format!("/tmp/{}","a".repeat(300)),"/nowhere/x","/tmp"]{
      eprintln!("export {:.20} {:?}",p,kw.account.export_room_keys(std::path::Path::new(p),&Password::new("abc"),|_|{}).await.err().map(|e|e.kind()));}
    std::fs::write(&f,room_key_file::encrypt("{}","abc",1,10)).unwrap();
    for p in ["/proc/sys/vm/compact_memory","/proc/self/mem",f.to_str().unwrap(),"/tmp","/nowhere"]{
      eprintln!("import {:.40} {:?}",p,kw.account.import_room_keys(std::path::Path::new(p),&Password::new("abc"),|_|{}).await.err().map(|e|e.kind()));}
    std::fs::write(&f,room_key_file::encrypt(&room_key_file::content(5000).unwrap(),"abc",1,10)).unwrap();
    let g=f.clone(); let once=std::sync::Once::new();
    let r=kw.account.import_room_keys(&f,&Password::new("abc"),move|p|{ if format!("{p:?}").len()>0 {once.call_once(||{let t=std::fs::read_to_string(&g).unwrap(); std::fs::write(&g,&t[..t.len()/2]).unwrap();});}}).await;
    eprintln!("changed {:?}",r.err().map(|e|e.kind()));
    let Keyward{account,key,dir}=kw; account.close().await.unwrap(); drop(account);
    store_fault::set_custom_value(dir.path(),key.reveal(),"keyward.reset",b"{}".to_vec()).await.unwrap();
    let account=Account::restore(dir.path(),&key).await.unwrap();
    eprintln!("unknown journal {:?} {:?}",account.pending_reset().await.err().map(|e|e.kind()),account.resume_reset(None).await.err().map(|e|e.kind()));
    drop(account);
    let bad=tempfile::tempdir().unwrap(); let hs=Homeserver::discover(Synapse::shared().await.url()).await.unwrap();
    std::fs::create_dir(bad.path().join("keyward.lock")).unwrap();
    eprintln!("login lock {:?}",Account::login(&hs,login(&person.user),bad.path(),&key).await.err());
    std::fs::remove_file(dir.path().join("keyward.lock")).unwrap(); std::fs::create_dir(dir.path().join("keyward.lock")).unwrap();
    eprintln!("restore lock {:?}",Account::restore(dir.path(),&key).await.err());
    let proxy=FaultProxy::start(Synapse::shared().await.url()).unwrap();
    let hs=Homeserver::discover(proxy.url()).await.unwrap(); let d=tempfile::tempdir().unwrap();
    proxy.arm(Rule::new(Fault::HoldBefore).on(|m,p|m=="POST"&&p.ends_with("/login")));
    let (a,())=tokio::join!(Account::login(&hs,login(&person.user),d.path(),&key),async{proxy.held().await; store_fault::break_store(d.path()).unwrap(); proxy.release();});
    eprintln!("login store {:?}",a.err());
}
async fn proxied(p:&Person)->(FaultProxy,Keyward){let proxy=FaultProxy::start(Synapse::shared().await.url()).unwrap();let kw=Keyward::login(proxy.url(),&p.user).await;(proxy,kw)}
fn reply(proxy:&FaultProxy,m:&'static str,c:&'static str,s:u16,b:serde_json::Value){proxy.arm(Rule::new(Fault::Reply(StatusCode::from_u16(s).unwrap(),b)).on(move|x,p|x==m&&p.contains(c)).for_ever())}
#[tokio::test(flavor="multi_thread")]
async fn resets(){
    let p=Person::with_history().await; let (x,kw)=proxied(&p).await;
    let mut r=start(&kw.account).await; until_challenge(&mut r).await;
    reply(&x,"POST","/keys/device_signing/upload",200,json!({}));
    eprintln!("not_accepted {:?}",r.authorise(&password(&p.user)).await.err().map(|e|e.kind()));
    x.disarm(); reply(&x,"PUT","/account_data/",200,json!({}));
    eprintln!("not_undone {:?}",r.cancel().await.err().map(|e|e.kind()));
    x.disarm(); eprintln!("cancel {:?}",kw.account.cancel_reset().await.err());
    let mut r=start(&kw.account).await; until_challenge(&mut r).await; r.authorise(&password(&p.user)).await.unwrap();
    reply(&x,"PUT","/account_data/",200,json!({}));
    eprintln!("not_kept {:?}",finish(&mut r,&p.user).await.err().map(|e|e.kind()));
    x.disarm(); finish(&mut r,&p.user).await.unwrap();
    let p=Person::with_history().await; let (x,kw)=proxied(&p).await;
    kw.account.unlock(&k(&p)).await.unwrap();
    reply(&x,"PUT","/room_keys/keys",403,json!({"errcode":"M_WRONG_ROOM_KEYS_VERSION","error":"x","current_version":"9"}));
    eprintln!("backup_replaced {:?}",reset(&kw.account,&p.user,ResetOptions::default()).await.err().map(|e|e.kind()));
    let p=Person::with_history().await; let (x,kw)=proxied(&p).await;
    reply(&x,"DELETE","/room_keys/version",200,json!({}));
    let o=ResetOptions{compromised:true,..ResetOptions::default()};
    eprintln!("not_deleted {:?}",reset(&kw.account,&p.user,o).await.err().map(|e|e.kind()));
}
#[tokio::test(flavor="multi_thread")]
async fn unlocks(){
    let user=Synapse::shared().await.new_user().await.unwrap(); let kw=Keyward::login(Synapse::shared().await.url(),&user).await;
    let p=Person::with_history().await;
    eprintln!("not set up {:?}",kw.account.unlock(&k(&p)).await.err().map(|e|e.kind()));
    let un=async|p:&Person|{let kw=Keyward::login(Synapse::shared().await.url(),&p.user).await; kw.account.unlock(&k(p)).await.err().map(|e|e.kind())};
    p.observer.set_account_data("m.secret_storage.default_key",&json!({"key":"nobody"})).await.unwrap();
    eprintln!("key not described {:?}",un(&p).await);
    let p=Person::with_history().await; p.observer.set_account_data("m.cross_signing.master",&json!({})).await.unwrap();
    eprintln!("incomplete {:?}",un(&p).await);
    let p=Person::with_history().await; let mut s=p.observer.account_data("m.cross_signing.master").await.unwrap().unwrap();
    for e in s["encrypted"].as_object_mut().unwrap().values_mut(){e["mac"]=json!("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");}
    p.observer.set_account_data("m.cross_signing.master",&s).await.unwrap();
    eprintln!("damaged {:?}",un(&p).await);
    let p=Person::with_history().await; let l=OtherClient::login(Synapse::shared().await.url(),&p.user).await.unwrap(); l.bootstrap_identity().await.unwrap();
    eprintln!("outdated {:?}",un(&p).await);
    let p=Person::with_history().await; let (x,kw)=proxied(&p).await; reply(&x,"POST","/keys/signatures/upload",200,json!({}));
    eprintln!("not signed {:?}",kw.account.unlock(&k(&p)).await.err().map(|e|e.kind()));
    let x=FaultProxy::start(Synapse::shared().await.url()).unwrap();
    reply(&x,"GET","/v3/login",200,json!({"flows":[{"type":"m.login.sso"}]}));
    let d=tempfile::tempdir().unwrap(); let hs=Homeserver::discover(x.url()).await.unwrap();
    eprintln!("not offered {:?}",Account::login(&hs,login(&p.user),d.path(),&StoreKey::generate()).await.err());
    x.arm(Rule::new(Fault::Garbage).for_ever());
    let y=FaultProxy::start(Synapse::shared().await.url()).unwrap(); y.arm(Rule::new(Fault::Garbage).for_ever());
    eprintln!("not matrix {:?}",Homeserver::discover(y.url()).await.err());
    let u=y.url().to_owned(); drop(y); eprintln!("unreachable {:?}",Homeserver::discover(&u).await.err());
}
