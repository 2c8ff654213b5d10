//! Who keeps a place, and whose is taken: order and counts, with times that are said.

use super::*;

const BOUNDS: Bounds = Bounds {
    public_max: 4,
    address_max: 3,
    unproven_time: UNPROVEN_TIME,
};

/// A clock that stands still until it is told.
struct Clock(Instant);

impl Clock {
    fn new() -> Self {
        Self(Instant::now() + Duration::from_hours(1))
    }

    fn on(&mut self, millis: u64) -> Instant {
        self.0 += Duration::from_millis(millis);
        self.0
    }
}

fn address(last: u8) -> Address {
    Address::of(IpAddr::from([192, 0, 2, last]))
}

fn was_ended(place: &mut Place) -> bool {
    place.ended.try_recv().is_ok()
}

/// Which of these were told to end, by their places in the list.
fn ended(places: &mut [Place]) -> Vec<usize> {
    let told = places.iter_mut().enumerate();
    told.filter_map(|(at, place)| was_ended(place).then_some(at))
        .collect()
}

fn device(byte: u8) -> Proof {
    Proof::Device(DeviceId([byte; 16]))
}

#[test]
fn the_connection_that_is_silent_longest_makes_room_one_for_each_that_comes() {
    let (places, mut clock) = (Places::new(BOUNDS), Clock::new());
    let mut take = |millis| places.take(Class::Public, None, clock.on(millis));
    let mut all: Vec<_> = (0..4).map(|_| take(10).unwrap()).collect();
    let mut newer = Vec::new();
    newer.push(take(2_000).unwrap());
    assert_eq!(ended(&mut all), [0]);
    newer.push(take(10).unwrap());
    assert_eq!(ended(&mut all), [1]);
    // Those two came just now: the older two go before them, and then nobody does.
    newer.extend([take(10).unwrap(), take(10).unwrap()]);
    assert_eq!(ended(&mut all), [2, 3]);
    assert_eq!(take(10).unwrap_err(), Full::Class);
    assert_eq!(ended(&mut newer), [0_usize; 0]);
}

#[test]
fn nobody_makes_room_who_came_just_now() {
    let (places, mut clock) = (Places::new(BOUNDS), Clock::new());
    let mut take = |millis| places.take(Class::Public, None, clock.on(millis));
    let mut all: Vec<_> = (0..4).map(|_| take(0).unwrap()).collect();
    assert_eq!(take(1_999).unwrap_err(), Full::Class);
    assert_eq!(ended(&mut all), [0_usize; 0]);
    let _newest = take(1).unwrap();
    assert_eq!(ended(&mut all), [0]);
}

#[test]
fn a_whole_request_ends_a_silence_and_a_proof_keeps_its_place() {
    let (places, mut clock) = (Places::new(BOUNDS), Clock::new());
    let mut all: Vec<_> = (0..4)
        .map(|_| places.take(Class::Public, None, clock.on(10)).unwrap())
        .collect();
    all[0].standing().proven(device(1));
    all[1].standing().heard(clock.on(10));
    let _first = places.take(Class::Public, None, clock.on(3_000)).unwrap();
    assert_eq!(ended(&mut all), [2]);
    let _second = places.take(Class::Public, None, clock.on(0)).unwrap();
    assert_eq!(ended(&mut all), [3]);
    let _third = places.take(Class::Public, None, clock.on(0)).unwrap();
    assert_eq!(ended(&mut all), [1]);
    // The one with a proof, and three that came just now.
    let full = places.take(Class::Public, None, clock.on(0));
    assert_eq!(full.unwrap_err(), Full::Class);
    let _fourth = places.take(Class::Public, None, clock.on(3_000)).unwrap();
    assert_eq!(ended(&mut all), [0_usize; 0], "the proof is kept for good");
}

#[test]
fn two_addresses_that_hold_all_places_do_not_keep_a_third_out() {
    let (places, mut clock) = (Places::new(BOUNDS), Clock::new());
    let mut take = |last, millis| places.take(Class::Public, Some(address(last)), clock.on(millis));
    let mut all = vec![take(1, 1).unwrap(), take(1, 1).unwrap()];
    all.extend([take(2, 1).unwrap(), take(2, 1).unwrap()]);
    let _third = take(3, 2_000).unwrap();
    assert_eq!(ended(&mut all), [0]);
}

#[test]
fn within_an_address_its_own_silent_connection_makes_room() {
    let (places, mut clock) = (Places::new(BOUNDS), Clock::new());
    let mut take = |last, millis| places.take(Class::Public, Some(address(last)), clock.on(millis));
    let mut all = vec![take(2, 1).unwrap()];
    all.extend((0..3).map(|_| take(1, 1).unwrap()));
    assert_eq!(take(1, 1).unwrap_err(), Full::Address);
    all[1].standing().proven(device(1));
    let _newest = take(1, 2_000).unwrap();
    assert_eq!(ended(&mut all), [2], "not the older one of another address");
    assert_eq!(places.0.lock().served().count(), 4);
}

#[test]
fn addresses_of_one_ipv6_network_are_one_and_one_written_otherwise_is_the_same() {
    let of = |text: &str| Address::of(text.parse().unwrap());
    assert_eq!(of("2001:db8:0:1::1"), of("2001:db8:0:1:ffff::9"));
    assert_ne!(of("2001:db8:0:1::1"), of("2001:db8:0:2::1"));
    assert_eq!(of("192.0.2.1"), of("::ffff:192.0.2.1"));
}

#[test]
fn one_device_keeps_a_few_connections_and_not_all() {
    let (places, mut clock) = (
        Places::new(Bounds {
            public_max: PROVEN_MAX + 1,
            ..BOUNDS
        }),
        Clock::new(),
    );
    let mut all = Vec::new();
    for _ in 0..=PROVEN_MAX {
        let place = places.take(Class::Public, None, clock.on(10)).unwrap();
        place.standing().proven(device(1));
        // Again, on the same connection: it is one.
        place.standing().proven(device(1));
        all.push(place);
    }
    let _newest = places.take(Class::Public, None, clock.on(2_000)).unwrap();
    assert_eq!(ended(&mut all), [0]);
    let full = places.take(Class::Public, None, clock.on(0));
    assert_eq!(full.unwrap_err(), Full::Class);
}

#[test]
fn each_class_has_places_of_its_own() {
    let (places, mut clock) = (Places::new(BOUNDS), Clock::new());
    let mut public: Vec<_> = (0..4)
        .map(|_| places.take(Class::Public, None, clock.on(1)).unwrap())
        .collect();
    let mut admin: Vec<_> = (0..ADMIN_MAX)
        .map(|_| places.take(Class::Admin, None, clock.on(2_000)).unwrap())
        .collect();
    assert_eq!(ended(&mut public), [0_usize; 0]);
    admin[0].standing().proven(Proof::Request);
    let _newest = places.take(Class::Admin, None, clock.on(2_000)).unwrap();
    assert_eq!(ended(&mut admin), [1]);
    assert_eq!(ended(&mut public), [0_usize; 0]);
}

#[test]
fn few_are_told_to_end_at_once() {
    let many = Bounds {
        public_max: ENDING_MAX + 5,
        ..BOUNDS
    };
    let (places, mut clock) = (Places::new(many), Clock::new());
    let mut take = |millis| places.take(Class::Public, None, clock.on(millis));
    let mut all: Vec<_> = (0..many.public_max).map(|_| take(1).unwrap()).collect();
    let _newer: Vec<_> = (0..ENDING_MAX).map(|_| take(2_000).unwrap()).collect();
    assert_eq!(take(0).unwrap_err(), Full::Class);
    assert_eq!(ended(&mut all).len(), ENDING_MAX);
    // One of them has ended, and the next one may be told to.
    drop(all.remove(0));
    let _next = take(0).unwrap();
}

#[tokio::test]
async fn a_place_that_is_given_back_goes_to_who_waits_and_the_last_one_ends_the_wait() {
    let places = Places::new(BOUNDS);
    let mut held = Vec::new();
    for _ in 0..ADMIN_MAX {
        let place = places.wait(Class::Admin).await;
        place.standing().proven(Proof::Request);
        held.push(place);
    }
    let waiting = tokio::spawn({
        let places = places.clone();
        async move { places.wait(Class::Admin).await }
    });
    tokio::task::yield_now().await;
    assert!(!waiting.is_finished());
    held.pop();
    let last = waiting.await.unwrap();
    assert_eq!(places.0.lock().held.len(), ADMIN_MAX);
    let ending = tokio::spawn({
        let places = places.clone();
        async move { places.all_ended(Class::Admin).await }
    });
    held.clear();
    tokio::task::yield_now().await;
    assert!(!ending.is_finished());
    drop(last);
    ending.await.unwrap();
}
