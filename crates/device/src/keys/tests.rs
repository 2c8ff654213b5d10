use super::*;

#[test]
fn a_sealed_value_opens_in_its_place_with_its_key_alone() {
    let (key, other) = (
        StoreKey::from_bytes(&[1; 32]),
        StoreKey::from_bytes(&[2; 32]),
    );
    let sealed = key.seal(b"here", b"value").unwrap();
    assert_eq!(sealed.len(), 5 + SEAL_BYTES);
    assert_eq!(key.open(b"here", &sealed).as_deref(), Some(&b"value"[..]));
    assert_eq!(key.open(b"there", &sealed), None);
    assert_eq!(other.open(b"here", &sealed), None);
    for bit in 0..sealed.len() * 8 {
        let mut flipped = sealed.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(key.open(b"here", &flipped), None, "bit {bit}");
    }
    for cut in 0..sealed.len() {
        assert_eq!(key.open(b"here", &sealed[..cut]), None);
    }
}

#[test]
fn equal_values_are_sealed_differently() {
    let key = StoreKey::random().unwrap();
    assert_ne!(
        key.seal(b"a", b"value").unwrap(),
        key.seal(b"a", b"value").unwrap()
    );
}

#[test]
fn a_fingerprint_tells_keys_apart_and_a_key_shows_nothing() {
    let (key, other) = (
        StoreKey::from_bytes(&[1; 32]),
        StoreKey::from_bytes(&[2; 32]),
    );
    assert_eq!(
        key.fingerprint(),
        StoreKey::from_bytes(key.bytes()).fingerprint()
    );
    assert_ne!(key.fingerprint(), other.fingerprint());
    assert_eq!(format!("{key:?}"), "StoreKey(…)");
    assert_eq!(
        format!("{:?}", Passphrase::typed("secret".to_owned().into())),
        "Passphrase(…)"
    );
}

#[test]
fn the_standard_cost_is_that_of_rfc_9106() {
    assert_eq!(
        Cost::STANDARD,
        Cost {
            memory_kib: 65_536,
            passes: 3,
            lanes: 4
        }
    );
}

#[test]
fn a_passphrase_is_neither_short_nor_endless() {
    let new = |text: &str| Passphrase::new(text.to_owned().into()).map(drop);
    assert_eq!(new("橘园巷十二号谢家"), Ok(()));
    assert_eq!(new("1234567"), Err(PassphraseError::TooShort));
    assert_eq!(
        new(&"x".repeat(PASSPHRASE_BYTES_MAX + 1)),
        Err(PassphraseError::Unfit)
    );
    assert_eq!(new("eight\nand more"), Err(PassphraseError::Unfit));
}
