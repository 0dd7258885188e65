namespace PerfFlow.Tests.Models;

/// <summary>
/// The group commit as it is built (src/PerfFlow.Platform/Workflows/README.md), small enough to be searched: two writers; three
/// callers, of whom A and B decide the same visit of case 1 and C one of case 2; each caller may ask a second time when
/// no answer has come; and a writer may die at any moment, which takes its locks, its transaction and its answers with it.
/// </summary>
internal sealed class GroupCommitModel
{
    private const string Callers = "ABC";

    /// <summary>Answers are kept under the command's id, in the transaction of the act.</summary>
    public bool KeepsAnswers { get; init; } = true;

    /// <summary>Cases are locked before they are read.</summary>
    public bool Locks { get; init; } = true;

    /// <summary>Locks are taken in the order of cases, not of arrival.</summary>
    public bool LocksInOrder { get; init; } = true;

    public int Deaths { get; init; } = 1;

    /// <param name="Journal">Acts committed, in order.</param>
    /// <param name="Answered">Per caller: <c>-</c> nothing yet, <c>+</c> accepted, <c>x</c> refused.</param>
    /// <param name="Sent">Per caller: how often it has asked.</param>
    /// <param name="Waiting">Requests that no writer has taken.</param>
    /// <param name="First">A writer, written as stage, batch and what it read.</param>
    /// <param name="Second">The other.</param>
    /// <param name="Held">Per case: the writer that holds its lock, or <c>-</c>.</param>
    /// <param name="Died">Deaths so far.</param>
    internal readonly record struct State(string Journal, string Answered, string Sent, string Waiting, Writer First, Writer Second, string Held, int Died);

    /// <param name="Stage">i idle, l locking, r has read, c has committed.</param>
    /// <param name="Batch">Its commands in the order in which it locks their cases.</param>
    /// <param name="Locked">How many of them are locked.</param>
    /// <param name="Seen">The journal as it was read.</param>
    internal readonly record struct Writer(char Stage, string Batch, int Locked, string Seen)
    {
        public static readonly Writer Idle = new('i', "", 0, "");
    }

    public Exploration Search() => Exploration.Of(new State("", "---", "000", "", Writer.Idle, Writer.Idle, "--", 0), Steps, Broken, BrokenAtTheEnd);

    private static int CaseOf(char caller) => caller == 'C' ? 1 : 0;

    private IEnumerable<Step<State>> Steps(State s)
    {
        for (var i = 0; i < Callers.Length; i++)
        {
            if (s.Answered[i] == '-' && s.Sent[i] < '2')
            {
                yield return new($"{Callers[i]} asks", s with { Sent = With(s.Sent, i, (char)(s.Sent[i] + 1)), Waiting = Sorted(s.Waiting + Callers[i]) });
            }
        }

        for (var w = 0; w < 2; w++)
        {
            foreach (var step in StepsOf(s, w))
            {
                yield return step with { Name = $"writer {w + 1} {step.Name}" };
            }
        }
    }

    private IEnumerable<Step<State>> StepsOf(State s, int w)
    {
        var writer = w == 0 ? s.First : s.Second;
        switch (writer.Stage)
        {
            case 'i':
                foreach (var batch in Batches(s.Waiting))
                {
                    yield return new($"takes {batch}", Put(s with { Waiting = Without(s.Waiting, batch) }, w, new('l', LocksInOrder ? Ordered(batch) : batch, 0, "")));
                }

                yield break;
            case 'l' when writer.Locked == writer.Batch.Length || !Locks:
                yield return new("reads", Put(s, w, writer with { Stage = 'r', Seen = s.Journal }));
                break;
            case 'l':
                var wanted = CaseOf(writer.Batch[writer.Locked]);
                if (s.Held[wanted] == '-')
                {
                    yield return new($"locks case {wanted + 1}", Put(s with { Held = With(s.Held, wanted, (char)('1' + w)) }, w, writer with { Locked = writer.Locked + 1 }));
                }

                break;
            case 'r':
                yield return new("commits", Put(Release(s, w) with { Journal = s.Journal + string.Concat(writer.Batch.Where(c => Accepts(writer, c))) }, w, writer with { Stage = 'c' }));
                break;
            default:
                yield return new("answers", Put(s with { Answered = writer.Batch.Aggregate(s.Answered, (all, c) => Told(all, c, writer)) }, w, Writer.Idle));
                break;
        }

        if (s.Died < Deaths)
        {
            yield return new("dies", Put(Release(s, w) with { Died = s.Died + 1 }, w, Writer.Idle));
        }
    }

    /// <summary>The visit is open when nobody has decided it, as far as this writer has read.</summary>
    private static bool Accepts(Writer writer, char caller) => !writer.Seen.Any(done => CaseOf(done) == CaseOf(caller));

    private string Told(string answered, char caller, Writer writer)
    {
        var i = Callers.IndexOf(caller, StringComparison.Ordinal);
        var known = KeepsAnswers && writer.Seen.Contains(caller, StringComparison.Ordinal);
        return answered[i] == '-' ? With(answered, i, known || Accepts(writer, caller) ? '+' : 'x') : answered;
    }

    private static string? Broken(State s)
    {
        for (var i = 0; i < Callers.Length; i++)
        {
            var done = s.Journal.Contains(Callers[i], StringComparison.Ordinal);
            if (s.Answered[i] == '+' && !done)
            {
                return $"{Callers[i]} was told accepted and its act is lost";
            }

            if (s.Answered[i] == 'x' && done)
            {
                return $"{Callers[i]} was told refused and its act stands";
            }
        }

        return s.Journal.Count(c => CaseOf(c) == 0) > 1 || s.Journal.Count(c => CaseOf(c) == 1) > 1 ? "a visit was decided twice" : null;
    }

    private static string? BrokenAtTheEnd(State s)
    {
        if (s.First != Writer.Idle || s.Second != Writer.Idle)
        {
            return "writers wait for each other";
        }

        return s.Died == 0 && s.Answered.Contains('-', StringComparison.Ordinal) ? "a caller was left without an answer" : null;
    }

    /// <summary>One command per case and batch, as the runner takes them.</summary>
    private static IEnumerable<string> Batches(string waiting)
    {
        foreach (var one in waiting.Distinct())
        {
            yield return one.ToString();
            foreach (var other in waiting.Distinct().Where(c => CaseOf(c) != CaseOf(one)))
            {
                yield return $"{one}{other}";
            }
        }
    }

    private static State Release(State s, int w) => s with { Held = s.Held.Replace((char)('1' + w), '-') };

    private static State Put(State s, int w, Writer writer) => w == 0 ? s with { First = writer } : s with { Second = writer };

    private static string With(string text, int i, char letter) => $"{text[..i]}{letter}{text[(i + 1)..]}";

    private static string Without(string waiting, string taken) => taken.Aggregate(waiting, (left, c) => left.Remove(left.IndexOf(c, StringComparison.Ordinal), 1));

    private static string Sorted(string letters) => string.Concat(letters.Order());

    private static string Ordered(string batch) => string.Concat(batch.OrderBy(CaseOf));
}
