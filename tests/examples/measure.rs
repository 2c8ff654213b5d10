use alleyway_tests::pure::Town;
use alleyway_tests::workload::{self, Edit};
fn main() {
    let mut town = Town::new();
    let mut xie = town.device("xie");
    let mut lu = town.device("lu");
    town.sync(&mut xie);
    let mut docs = Vec::new();
    for case in workload::cases() {
        let t = case.typed();
        let d = town.report(&mut xie, &t.title, &t.text, &t.place, &t.contact).document;
        for n in &t.notes { town.note(&mut xie, d, n); }
        docs.push(d);
    }
    println!("first upload {:?}", town.sync(&mut xie));
    println!("fresh lu {:?}", town.sync(&mut lu));
    let mut all = Vec::new(); let mut packed=Vec::new();
    for d in &docs { let w = xie.replica.working(*d).unwrap(); let s = w.save(); packed.extend(automerge::Automerge::load(&s).unwrap().save()); all.extend(s); }
    for l in [3,9,19] { println!("saved raw {} zstd{} {} ; deflated {} {}", all.len(), l, zstd::bulk::compress(&all, l).unwrap().len(), packed.len(), zstd::bulk::compress(&packed, l).unwrap().len()); }
    std::fs::write("/tmp/w/all.bin", &all).unwrap(); std::fs::write("/tmp/w/one.bin", xie.replica.working(docs[5]).unwrap().save()).unwrap();
    println!("idle {:?}", town.sync(&mut lu));
    println!("idle {:?}", town.sync(&mut xie));
    let day = workload::day();
    let apply = |town: &mut Town, dev: &mut alleyway_tests::pure::Device, edits: &[Edit]| for e in edits { match e {
        Edit::Set{doc,key,value} => { town.edit(dev, docs[*doc], workload::field(key), &workload::plain(value)); }
        Edit::Log{doc,entry} => { town.note(dev, docs[*doc], &entry.note()); } } };
    apply(&mut town, &mut lu, &day.other);
    println!("other {:?}", town.sync(&mut lu)); println!("{:?}", town.ledger.stats());
    apply(&mut town, &mut xie, &day.client);
    for case in &day.fresh { let t = case.typed(); let d = town.report(&mut xie, &t.title, &t.text, &t.place, &t.contact).document; for n in &t.notes { town.note(&mut xie, d, n); } }
    println!("day {:?}", town.sync(&mut xie));
    let stored: usize = 0; let _ = stored;
}
