// SPDX-License-Identifier: Apache-2.0

//! The part of a fault matrix that one test run covers: some cells of each row, or of a long matrix of every other one, chosen by
//! a seed. Runs with other seeds cover other cells; `cargo xtask test --whole` covers all.

use rand::{Rng as _, SeedableRng as _, rngs::StdRng, seq::SliceRandom as _};

/// If it is set, to any value, every cell is in the part.
pub const WHOLE: &str = "KEYWARD_TEST_WHOLE";
/// The seed that a run has printed, to go through the same part again.
pub const SEED: &str = "KEYWARD_TEST_SEED";

/// From here on a matrix is long: minutes for a cell of each row.
pub const MANY_ROWS: usize = 40;

/// `of_each` cells of every row, of a long matrix of every other one, as [`WHOLE`] and [`SEED`] say. What was chosen is printed under `name`.
///
/// # Panics
///
/// If [`SEED`] is no number.
pub fn part<T>(name: &str, rows: Vec<Vec<T>>, of_each: usize) -> Vec<T> {
    if std::env::var_os(WHOLE).is_some() {
        println!("{name}: every cell");
        return rows.into_iter().flatten().collect();
    }
    let seed = match std::env::var(SEED) {
        Ok(seed) => seed.parse().expect("a seed is a number"),
        Err(_) => rand::rng().random(),
    };
    let rows_shown = if rows.len() < MANY_ROWS { "each" } else { "every other" };
    println!("{name}: {of_each} cells of {rows_shown} row; these again with {SEED}={seed}, all of them with --whole");
    chosen(rows, of_each, seed)
}

fn chosen<T>(rows: Vec<Vec<T>>, of_each: usize, seed: u64) -> Vec<T> {
    let mut rng = StdRng::seed_from_u64(seed);
    let (first, step) = match rows.len() < MANY_ROWS {
        true => (0, 1),
        false => (usize::from(rng.random::<bool>()), 2),
    };
    rows.into_iter()
        .skip(first)
        .step_by(step)
        .flat_map(|mut row| {
            row.shuffle(&mut rng);
            row.truncate(of_each);
            row
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn rows() -> Vec<Vec<(u8, u8)>> {
        many_rows(20)
    }

    fn many_rows(count: u8) -> Vec<Vec<(u8, u8)>> {
        (0..count)
            .map(|row| (0..10).map(|column| (row, column)).collect())
            .collect()
    }

    #[test]
    fn each_row_has_its_cells_and_a_seed_has_its_part() {
        let part = chosen(rows(), 3, 7);
        assert_eq!(part, chosen(rows(), 3, 7));
        assert_ne!(part, chosen(rows(), 3, 8));
        for row in 0..20 {
            let columns: BTreeSet<_> = part.iter().filter(|cell| cell.0 == row).collect();
            assert_eq!(columns.len(), 3, "row {row}");
        }
    }

    #[test]
    fn of_a_long_matrix_every_other_row_is_gone_through_and_all_by_several_runs() {
        let part = chosen(many_rows(41), 1, 7);
        assert!((20..=21).contains(&part.len()), "{part:?}");
        assert!(part.windows(2).all(|two| two[1].0 - two[0].0 == 2), "{part:?}");
        let seen: BTreeSet<_> = (0..500).flat_map(|seed| chosen(many_rows(41), 1, seed)).collect();
        assert_eq!(seen.len(), 410);
    }

    #[test]
    fn a_hundred_runs_see_every_cell() {
        let seen: BTreeSet<_> = (0..100).flat_map(|seed| chosen(rows(), 3, seed)).collect();
        assert_eq!(seen.len(), 200);
    }
}
