using Microsoft.EntityFrameworkCore.Metadata;
using Npgsql;
using NpgsqlTypes;
using PerfFlow.Engine;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Reviews;
using PerfFlow.Platform.Signers;
using PerfFlow.Platform.Workflows;

namespace PerfFlow.Platform.Submissions;

/// <summary>Of one case what a decision is judged by. Who asks for the same case at the same time gets the same, and only reads it.</summary>
internal sealed class CaseInHandRows
{
    public CaseRow? Case { get; private set; }

    public List<TaskRow> Tasks { get; } = [];

    /// <summary>The open ones.</summary>
    public List<ParticipantRow> Seats { get; } = [];

    public List<Filed> Rounds { get; } = [];

    public List<Line> Lines { get; } = [];

    public List<long> Drafters { get; } = [];

    public List<CommentRow> Comments { get; } = [];

    public List<AnswerRow> Answers { get; } = [];

    public List<VerdictRow> Verdicts { get; } = [];

    public List<ExtensionRow> Extensions { get; } = [];

    /// <summary>A round without its form.</summary>
    internal sealed record Filed(int Round, string FormCode, long FilledBy);

    /// <summary>A journal line without what was said.</summary>
    internal sealed record Line(int Seq, string? Node, string Act, string? Outcome, string Role, long ActorId);

    /// <summary>As <see cref="Fillers"/> says it.</summary>
    public bool TookPart(long userId) => Rounds.Exists(r => r.FilledBy == userId) || Drafters.Contains(userId)
        || Lines.Exists(l => l.Act == "Complete" && l.Outcome == "Submit" && l.ActorId == userId);

    /// <summary>Reads them for many cases at once, by the mapping of the model, in one round trip; in two where comments or named holders are among them.</summary>
    internal sealed class Reader(RunnerDatabase database, IModel model)
    {
        private readonly MappedRows<CaseRow> cases = new(model);
        private readonly MappedRows<TaskRow> tasks = new(model);
        private readonly MappedRows<ParticipantRow> seats = new(model);
        private readonly MappedRows<CommentRow> comments = new(model);
        private readonly MappedRows<AnswerRow> answers = new(model);
        private readonly MappedRows<VerdictRow> verdicts = new(model);
        private readonly MappedRows<ExtensionRow> extensions = new(model);

        /// <param name="ids">The cases, each once; one that does not exist has no <see cref="Case"/>.</param>
        /// <param name="extended">Those of which requests for more time are wanted, too.</param>
        public async Task<IReadOnlyDictionary<long, CaseInHandRows>> ReadAsync(long[] ids, long[] extended)
        {
            var found = ids.ToDictionary(id => id, _ => new CaseInHandRows());
            await using var connection = await database.Source.OpenConnectionAsync();
            var asked = new Questions(connection);
            asked.Add(cases.Select + " where id = any($1)", ids, r =>
            {
                var row = cases.Read(r);
                found[row.Id].Case = row;
            });
            asked.Add(tasks.Select + " where case_id = any($1) order by visit", ids, r =>
            {
                var row = tasks.Read(r);
                found[row.CaseId].Tasks.Add(row);
            });
            asked.Add(
                "select case_id, round, form_code, filled_by from platform.rounds where case_id = any($1) order by seq",
                ids,
                r => found[r.GetInt64(0)].Rounds.Add(new Filed(r.GetInt32(1), r.GetString(2), r.GetInt64(3))));
            asked.Add(
                "select case_id, seq, node, act, outcome, role, actor_id from platform.journal where case_id = any($1)",
                ids,
                r => found[r.GetInt64(0)].Lines.Add(new Line(r.GetInt32(1), Text(r, 2), r.GetString(3), Text(r, 4), r.GetString(5), r.GetInt64(6))));
            asked.Add("select case_id, saved_by from platform.drafts where case_id = any($1)", ids, r => found[r.GetInt64(0)].Drafters.Add(r.GetInt64(1)));
            asked.Add(comments.Select + " where case_id = any($1) order by number", ids, r =>
            {
                var row = comments.Read(r);
                found[row.CaseId].Comments.Add(row);
            });
            asked.Add(extensions.Select + " where case_id = any($1) order by seq", extended, r =>
            {
                var row = extensions.Read(r);
                found[row.CaseId].Extensions.Add(row);
            });
            await asked.ReadAsync();

            // An answer is to a comment, a verdict on an answer; only what somebody holds by name can be a seat.
            var commented = Of(found, rows => rows.Comments.Count > 0);
            asked.Add(answers.Select + " where case_id = any($1) order by seq", commented, r =>
            {
                var row = answers.Read(r);
                found[row.CaseId].Answers.Add(row);
            });
            asked.Add(verdicts.Select + " where case_id = any($1) order by seq, n", commented, r =>
            {
                var row = verdicts.Read(r);
                found[row.CaseId].Verdicts.Add(row);
            });
            asked.Add(seats.Select + $" where case_id = any($1) and state = {(short)ParticipantState.Open}", Of(found, rows => rows.Tasks.Exists(t => t.PersonId is not null)), r =>
            {
                var row = seats.Read(r);
                found[row.CaseId].Seats.Add(row);
            });
            await asked.ReadAsync();
            return found;
        }

        private static long[] Of(Dictionary<long, CaseInHandRows> found, Func<CaseInHandRows, bool> which) => [.. found.Where(f => which(f.Value)).Select(f => f.Key)];

        private static string? Text(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
    }

    /// <summary>Statements that go out together, each with what is done with its rows. Of no cases nothing is asked.</summary>
    private sealed class Questions(NpgsqlConnection connection)
    {
        private readonly List<(NpgsqlBatchCommand Statement, Action<NpgsqlDataReader> Take)> waiting = [];

        public void Add(string sql, long[] ids, Action<NpgsqlDataReader> take)
        {
            if (ids.Length > 0)
            {
                waiting.Add((new(sql) { Parameters = { new NpgsqlParameter<long[]> { TypedValue = ids, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint } } }, take));
            }
        }

        public async Task ReadAsync()
        {
            if (waiting.Count == 0)
            {
                return;
            }

            await using var batch = new NpgsqlBatch(connection);
            waiting.ForEach(w => batch.BatchCommands.Add(w.Statement));
            await using var reader = await batch.ExecuteReaderAsync();
            foreach (var (_, take) in waiting)
            {
                while (await reader.ReadAsync())
                {
                    take(reader);
                }

                await reader.NextResultAsync();
            }

            waiting.Clear();
        }
    }
}
