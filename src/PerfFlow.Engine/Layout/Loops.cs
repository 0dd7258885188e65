namespace PerfFlow.Engine.Layout;

/// <summary>Finds the lines that close loops.</summary>
internal static class Loops
{
    /// <summary>
    /// Breadth first from what nothing leads to, every line is taken unless it would close a loop over the lines taken so far:
    /// the rule by which the engine itself tells backward connections.
    /// </summary>
    public static HashSet<(int From, int To)> Close(int steps, IReadOnlyList<(int From, int To)> lines)
    {
        var back = new HashSet<(int, int)>();
        var taken = Enumerable.Range(0, steps).Select(_ => new List<int>()).ToArray();
        var visited = new bool[steps];
        var firsts = Enumerable.Range(0, steps).Where(step => !lines.Any(line => line.To == step));
        foreach (var first in firsts.Concat(Enumerable.Range(0, steps)))
        {
            var queue = new Queue<int>([first]);
            while (queue.TryDequeue(out var at))
            {
                if (visited[at])
                    continue;
                visited[at] = true;
                foreach (var (_, to) in lines.Where(line => line.From == at))
                {
                    if (Reaches(taken, to, at))
                    {
                        back.Add((at, to));
                        continue;
                    }

                    taken[at].Add(to);
                    queue.Enqueue(to);
                }
            }
        }

        return back;
    }

    private static bool Reaches(List<int>[] taken, int from, int to)
    {
        var stack = new Stack<int>([from]);
        var seen = new HashSet<int>();
        while (stack.TryPop(out var at))
        {
            if (at == to)
                return true;
            if (seen.Add(at))
                taken[at].ForEach(stack.Push);
        }

        return false;
    }
}
