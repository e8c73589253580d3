"""Chapter 07: a trial of the reader's own, from its files or its counts to what is said of it.

adam/: from files to `trial_data.OwnTrial`; example writes the simulated ones that ship.
counts_file (with yaml_values): from one short file of counts; files_as_counts puts the same questions to a trial of files.
privacy: what small numbers keep back.
event_counts, changes, dlt_replay, standard_tables: the tables of a trial of files.
count_tables, dose_rules, comparisons: what counts leave open, what a rule for the dose lets through, what luck says of one dose.
frames, files_text, counts_text, handouts: how all of that reads, on the page and in the workbook.
"""
