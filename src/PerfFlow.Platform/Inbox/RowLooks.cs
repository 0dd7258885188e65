using System.Collections.Concurrent;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Reviews;

namespace PerfFlow.Platform.Inbox;

/// <summary>
/// 系统检查 of the rows of one page, and which of them a batch may take. Kept for a minute per reader and visit: a list is
/// paged back and forth, and before the act itself every row is judged anew.
/// </summary>
public sealed class RowLooks(ApproveBatch batch, TimeProvider time)
{
    private const int AtOnce = 4;
    private const int Kept = 20_000;
    private static readonly TimeSpan Age = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<(long UserId, long CaseId, int Visit), (long At, BatchLook Look)> known = new();

    /// <summary>By case; rows that are no review of a filing have none.</summary>
    public async Task<IReadOnlyDictionary<long, BatchLook>> OfAsync(Viewer viewer, IReadOnlyList<TaskItem> tasks, CancellationToken ct)
    {
        if (known.Count > Kept)
        {
            known.Clear();
        }

        var looks = new ConcurrentDictionary<long, BatchLook>();
        await Parallel.ForEachAsync(tasks.Where(t => t.Kind == "review"), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct }, async (task, cancel) =>
        {
            var key = (viewer.UserId, task.CaseId, task.Visit);
            if (!known.TryGetValue(key, out var kept) || time.GetElapsedTime(kept.At) > Age)
            {
                var look = await batch.LookAsync(viewer, task.CaseId, task.Visit, cancel);
                if (!look.Ok)
                {
                    return;
                }

                known[key] = kept = (time.GetTimestamp(), look.Value);
            }

            looks[task.CaseId] = kept.Look;
        });
        return looks;
    }
}
