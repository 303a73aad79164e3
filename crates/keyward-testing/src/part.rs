// SPDX-License-Identifier: Apache-2.0

//! The part of a fault matrix that one test run covers: some cells of each row, chosen by a seed. Runs with other seeds
//! cover other cells; `cargo xtask test --whole` covers all.

use rand::{Rng as _, SeedableRng as _, rngs::StdRng, seq::SliceRandom as _};

/// If it is set, to any value, every cell is in the part.
pub const WHOLE: &str = "KEYWARD_TEST_WHOLE";
/// The seed that a run has printed, to go through the same part again.
pub const SEED: &str = "KEYWARD_TEST_SEED";

/// `of_each` cells of every row, as [`WHOLE`] and [`SEED`] say. What was chosen is printed under `name`.
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
    println!("{name}: {of_each} cells of each row; these again with {SEED}={seed}, all of them with --whole");
    chosen(rows, of_each, seed)
}

fn chosen<T>(rows: Vec<Vec<T>>, of_each: usize, seed: u64) -> Vec<T> {
    let mut rng = StdRng::seed_from_u64(seed);
    rows.into_iter()
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
        (0..20)
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
    fn a_hundred_runs_see_every_cell() {
        let seen: BTreeSet<_> = (0..100).flat_map(|seed| chosen(rows(), 3, seed)).collect();
        assert_eq!(seen.len(), 200);
    }
}
