using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Parameters;
using PerfFlow.Platform.Reminders;

namespace PerfFlow.Platform.Notices;

/// <summary>
/// The reminder ladders of notices that have one of their own. Asked while tasks are opened and held locked, so it answers from
/// memory alone: whoever is going to ask has it read before (<see cref="LearnAsync"/>). A ladder cannot change once the notice has been signed.
/// </summary>
public sealed class NoticeLadders(IDbContextFactory<PlatformDb> databases)
{
    private readonly ConcurrentDictionary<long, NoticeLadder?> known = new();

    /// <summary>The ladder of a notice's tasks: its own, else the region's.</summary>
    public ReminderLadder For(RegionParameters region, long? noticeId) => Of(region, Own(noticeId));

    /// <summary>What a notice has of its own; null where the region's ladder holds.</summary>
    public NoticeLadder? Own(long? noticeId) => noticeId is not { } id ? null
        : known.TryGetValue(id, out var ladder) ? ladder
        : throw new InvalidOperationException($"The ladder of notice {id} was asked for before it was read.");

    /// <summary>Reads what is not in memory yet of these notices, all at once.</summary>
    public async Task LearnAsync(IEnumerable<long> noticeIds, CancellationToken ct)
    {
        var unknown = noticeIds.Where(id => !known.ContainsKey(id)).Distinct().ToArray();
        if (unknown.Length == 0)
        {
            return;
        }

        await using var db = await databases.CreateDbContextAsync(ct);
        var notices = await db.Notices.AsNoTracking().Where(n => unknown.Contains(n.Id)).ToDictionaryAsync(n => n.Id, ct);
        foreach (var id in unknown)
        {
            known.TryAdd(id, notices.TryGetValue(id, out var notice) ? NoticeJson.Ladder(notice) : null);
        }
    }

    /// <summary>The notice's own days with everything else as the region has it.</summary>
    public static ReminderLadder Of(RegionParameters region, NoticeLadder? own)
    {
        if (own is null)
        {
            return new ReminderLadder(region);
        }

        var settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [ParameterRegister.RemindBefore.Name] = string.Join(',', own.Before),
            [ParameterRegister.RemindAfter.Name] = string.Join(',', own.After),
        };
        foreach (var key in (string[])[ParameterRegister.RemindAt.Name, ParameterRegister.RemindCopyFrom.Name, ParameterRegister.RemindCircularFrom.Name])
        {
            if (region.Raw(key) is { } text)
            {
                settings[key] = text;
            }
        }

        return new ReminderLadder(new RegionParameters(settings));
    }
}
