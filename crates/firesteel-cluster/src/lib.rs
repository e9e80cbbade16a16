// SPDX-License-Identifier: MIT OR Apache-2.0
//! firesteel on a cluster: Ballista's scheduler and executor with our session, codecs and functions.
