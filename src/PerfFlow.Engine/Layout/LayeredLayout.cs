namespace PerfFlow.Engine.Layout;

/// <summary>
/// Layers from left to right: every line that closes no loop leads to a later layer; the order within a layer follows the
/// middle of the neighbours, so that lines do not cross where another order avoids it.
/// </summary>
internal static class LayeredLayout
{
    private const int Passes = 12;

    public static Cell[] Arrange(int steps, IReadOnlyList<(int From, int To, bool Back)> lines)
    {
        var forward = lines.Where(line => !line.Back && line.From != line.To).Select(line => (line.From, line.To)).Distinct().ToList();
        var layer = Layers(steps, forward);

        // A line over several layers gets a place in each of them, so that the order leaves room for it.
        var links = new List<(int From, int To)>();
        var layers = layer.ToList();
        foreach (var (from, to) in forward)
        {
            var at = from;
            for (var between = layer[from] + 1; between < layer[to]; between++)
            {
                layers.Add(between);
                links.Add((at, layers.Count - 1));
                at = layers.Count - 1;
            }

            links.Add((at, to));
        }

        var order = Enumerable.Range(0, layers.Count).GroupBy(i => layers[i]).OrderBy(group => group.Key).Select(group => group.ToList()).ToList();
        var best = order.ConvertAll(one => one.ToList());
        var fewest = Crossings(order, links);
        for (var pass = 0; pass < Passes && fewest > 0; pass++)
        {
            Sweep(order, links, forwards: pass % 2 == 0);
            if (Crossings(order, links) is var crossings && crossings < fewest)
                (best, fewest) = (order.ConvertAll(one => one.ToList()), crossings);
        }

        var row = Rows(best, links, layers.Count);
        var least = row.Length == 0 ? 0 : row[..steps].Min();
        return [.. Enumerable.Range(0, steps).Select(i => new Cell(layer[i], row[i] - least))];
    }

    /// <summary>The longest way from a beginning to each step.</summary>
    private static int[] Layers(int steps, List<(int From, int To)> forward)
    {
        var layer = new int[steps];
        for (var changed = true; changed;)
        {
            changed = false;
            foreach (var (from, to) in forward.Where(line => layer[line.To] <= layer[line.From]))
            {
                layer[to] = layer[from] + 1;
                changed = true;
            }
        }

        return layer;
    }

    private static void Sweep(List<List<int>> order, List<(int From, int To)> links, bool forwards)
    {
        for (var i = 1; i < order.Count; i++)
        {
            var (one, beside) = forwards ? (i, i - 1) : (order.Count - 1 - i, order.Count - i);
            var place = order[beside].Select((step, at) => (step, at)).ToDictionary(pair => pair.step, pair => pair.at);
            var own = order[one].Select((step, at) => (step, at)).ToDictionary(pair => pair.step, pair => pair.at);
            order[one] = [.. order[one].OrderBy(Middle).ThenBy(step => own[step])];

            double Middle(int step)
            {
                var near = links.Where(link => forwards ? link.To == step : link.From == step).Select(link => forwards ? link.From : link.To).Where(place.ContainsKey).Select(other => place[other]).ToList();
                return near.Count == 0 ? own[step] : near.Average();
            }
        }
    }

    private static int Crossings(List<List<int>> order, List<(int From, int To)> links)
    {
        var place = order.SelectMany(one => one.Select((step, at) => (step, at))).ToDictionary(pair => pair.step, pair => pair.at);
        var home = order.SelectMany((one, at) => one.Select(step => (step, at))).ToDictionary(pair => pair.step, pair => pair.at);
        return links.GroupBy(link => home[link.From]).Sum(group =>
        {
            var all = group.ToList();
            return all.SelectMany((one, i) => all.Skip(i + 1).Where(other => (place[one.From] - place[other.From]) * (place[one.To] - place[other.To]) < 0)).Count();
        });
    }

    /// <summary>Rows within the layers: as near to the middle of the steps before as the order allows, so that chains are straight.</summary>
    private static int[] Rows(List<List<int>> order, List<(int From, int To)> links, int count)
    {
        var row = new int[count];
        foreach (var one in order)
        {
            var wanted = one.ConvertAll(step =>
            {
                var before = links.Where(link => link.To == step).Select(link => row[link.From]).ToList();
                return before.Count == 0 ? 0 : (int)Math.Round(before.Average(), MidpointRounding.ToEven);
            });

            // Those that want the same row share the room above and below it.
            for (var i = 0; i < one.Count;)
            {
                var end = i + 1;
                while (end < one.Count && wanted[end] <= wanted[i])
                    end++;
                var top = wanted[i] - ((end - i - 1) / 2);
                for (var k = i; k < end; k++)
                    row[one[k]] = Math.Max(top + k - i, k == 0 ? int.MinValue : row[one[k - 1]] + 1);
                i = end;
            }
        }

        return row;
    }
}
