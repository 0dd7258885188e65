namespace PerfFlow.ServiceDefaults.Hosting;

/// <summary>
/// Work that costs little more for many than for one. Who asks while all workers are busy is handed to the next free one,
/// together with whoever else has asked by then; who asks alone is served at once.
/// </summary>
/// <param name="workers">How many pieces of work are under way at a time.</param>
/// <param name="most">How many are handed over together.</param>
/// <param name="work">Answers all that it is given, in their order; what it throws is thrown to each of them.</param>
public sealed class Gathering<TAsked, TAnswer>(int workers, int most, Func<IReadOnlyList<TAsked>, Task<IReadOnlyList<TAnswer>>> work)
{
    private readonly Lock gate = new();
    private readonly Queue<(TAsked Asked, TaskCompletionSource<TAnswer> Answer)> waiting = new();
    private int working;

    /// <summary>The answer. The work begins after the call, so it sees all that was true when it was asked.</summary>
    public Task<TAnswer> AskAsync(TAsked asked)
    {
        var answer = new TaskCompletionSource<TAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            waiting.Enqueue((asked, answer));
            if (working < workers)
            {
                working++;
                _ = Task.Run(WorkAsync);
            }
        }

        return answer.Task;
    }

    private async Task WorkAsync()
    {
        while (Take() is { Count: > 0 } batch)
        {
            try
            {
                var answers = await work(batch.ConvertAll(b => b.Asked));
                for (var i = 0; i < batch.Count; i++)
                {
                    batch[i].Answer.SetResult(answers[i]);
                }
            }
            catch (Exception failure)
            {
                batch.ForEach(b => b.Answer.TrySetException(failure));
            }
        }
    }

    private List<(TAsked Asked, TaskCompletionSource<TAnswer> Answer)> Take()
    {
        var batch = new List<(TAsked, TaskCompletionSource<TAnswer>)>();
        lock (gate)
        {
            while (batch.Count < most && waiting.TryDequeue(out var next))
            {
                batch.Add(next);
            }

            if (batch.Count == 0)
            {
                working--;
            }
        }

        return batch;
    }
}
