//! The report, which creates a case.

use super::{Code, Prose};
use crate::id::{DocumentId, UnitId};
use crate::limits::{NAME_BYTES_MAX, PHONE_BYTES_MAX, TITLE_BYTES_MAX};
use crate::number::TrackingCode;
use crate::slip::Slip;
use crate::step::{choice, code, date, flag, household, opaque, point, text, unit};
use crate::text::Text;
use crate::time::Date;
use crate::{wire_struct, word_enum};

crate::step! {
    /// A villager's request.
    Report {
        /// The alley it comes from; for a clerk's report the village's branch; for a branch's or the
        /// town's own the branch or the town; for a complaint about a person the desk that receives it.
        owner: UnitId = unit().by_machine(),
        /// The code of the device, of which the case's number is made.
        device_code: u32 = opaque(),
        /// The plain code of an earlier release, which every reader had: it opens nothing any more. Blank
        /// in what is typed now.
        tracking: TrackingCode = opaque(),
        /// `road`, `water`, …; a town can add its own.
        category: Code = code("category"),
        /// A line that names the matter.
        title: Text<TITLE_BYTES_MAX> = text(),
        /// The words of the resident.
        text: Prose = text(),
        /// Where, in words.
        place: Text<NAME_BYTES_MAX> = text(),
        /// Where, on the map.
        point: Option<Point> = point(),
        /// Whom to ask, if not the household's contact.
        contact: Text<NAME_BYTES_MAX> = text(),
        /// The household that asked.
        household: Option<DocumentId> = household(),
        /// Where it was taken, if not by the owner: the service centre of a clerk, or the branch or the
        /// town above the owner. It follows the case from then on; a complaint about a person it hands over
        /// to the desk.
        taken_at: Option<UnitId> = unit().by_machine(),
    }
    trailing {
        /// Only those who were cleared for the confidential feeds of its units read it. A release that
        /// does not know the field keeps such a report as a command of a later version, and shows it to
        /// nobody.
        confidential: bool = flag(),
        /// The household's door as it was when this was typed: who handles the case reads it,
        /// whether he may read the household or not, and wherever that has moved.
        door: Option<Text<NAME_BYTES_MAX>> = text().by_policy(),
        /// The slip with the code by which the resident follows the case.
        slip: Option<Slip> = opaque(),
        /// How it came, where that is said: a chief's and a clerk's own need not say.
        origin: Option<Origin> = choice("origin", Origin::WORDS),
        /// Of an order of another system: which.
        external_system: Text<NAME_BYTES_MAX> = text(),
        /// Of an order of another system: its number there.
        external_number: Text<NAME_BYTES_MAX> = text(),
        /// Of an order of another system: by when it is to be answered there.
        external_due: Option<Date> = date(),
        /// The telephone number by which to ask.
        phone: Text<PHONE_BYTES_MAX> = text(),
        /// Whether whoever has that number agreed to messages.
        may_text: bool = flag(),
        /// Of a complaint about a person: the unit that person acts for. The report goes to the desk that
        /// is its owner, is confidential, and no step names that unit, or one within it.
        about: Option<UnitId> = unit(),
    }
}

word_enum!(
    /// How a report came to whoever recorded it.
    Origin {
        /// 巷长走访
        Chief = "chief",
        /// 窗口
        Clerk = "clerk",
        /// 网上表单
        Form = "form",
        /// 电话
        Phone = "phone",
        /// 12345热线
        Hotline = "12345",
        /// 信访
        Petition = "petition",
        /// 意见箱
        Slip = "slip",
        /// 巡查
        Patrol = "patrol",
    }
);

/// A point on the map, in units of 10⁻⁷ degrees (WGS 84): floating point is not deterministic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Point {
    /// Latitude, −900,000,000 to 900,000,000.
    pub latitude_e7: i32,
    /// Longitude, −1,800,000,000 to 1,800,000,000.
    pub longitude_e7: i32,
}
wire_struct!(Point {
    latitude_e7,
    longitude_e7
});
