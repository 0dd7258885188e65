using PerfFlow.Engine;
using PerfFlow.Engine.Instances;
using PerfFlow.Platform.Organisation;

namespace PerfFlow.Platform.Workflows;

/// <summary>What other services are told of an act: rows of the outbox, written in the act's own transaction.</summary>
public sealed class CaseMessages
{
    internal sealed class Sink(RowSet outbox, CaseState state, int revision, Region region, DateTimeOffset at, DateTimeOffset recordedAt)
    {
        public void TaskOpened(Effect.TaskOpened task, long organisation, DateTimeOffset? due)
        {
        }

        public void TaskClosed(Effect.TaskClosed task)
        {
        }

        public void Acted(Act act, CaseCommand command, Instance instance, int seq)
        {
        }
    }
}
