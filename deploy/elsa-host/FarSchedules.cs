using Elsa.Common;
using Elsa.Scheduling;
using Elsa.Scheduling.Schedules;
using Elsa.Scheduling.Services;
using Elsa.Scheduling.Tasks;
using ITask = Elsa.Scheduling.ITask;

namespace ElsaHost;

/// <summary>
/// Elsa's local scheduler waits with one timer, which holds 24.8 days and throws beyond (elsa-core issue 5978): the step before such an
/// instant fails, and after a restart no timer behind it is set any more. Here a longer wait is made of several.
/// </summary>
public sealed class FarSchedules(LocalScheduler near, ISystemClock clock) : IScheduler
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(20);

    public ValueTask ScheduleAsync(string name, ITask task, ISchedule schedule, CancellationToken cancellationToken = default) =>
        ScheduleAsync(name, task, schedule, null, cancellationToken);

    public ValueTask ScheduleAsync(string name, ITask task, ISchedule schedule, IEnumerable<string>? keys = null, CancellationToken cancellationToken = default)
    {
        var stop = clock.UtcNow + Longest;
        return schedule is SpecificInstantSchedule instant && instant.StartAt > stop
            ? near.ScheduleAsync(name, new DelegateTask(_ => ScheduleAsync(name, task, schedule, keys)), new SpecificInstantSchedule(stop), keys, cancellationToken)
            : near.ScheduleAsync(name, task, schedule, keys, cancellationToken);
    }

    public ValueTask ClearScheduleAsync(string name, CancellationToken cancellationToken = default) => near.ClearScheduleAsync(name, cancellationToken);

    public ValueTask ClearScheduleAsync(IEnumerable<string> keys, CancellationToken cancellationToken = default) => near.ClearScheduleAsync(keys, cancellationToken);
}
