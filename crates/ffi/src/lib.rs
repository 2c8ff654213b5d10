//! Placeholder line replaced at once.
