using System.Globalization;
using PerfFlow.Engine.Definitions;

namespace PerfFlow.Engine.Expressions;

internal static class ListMethods
{
    public static Dictionary<string, Method> All { get; } = new(StringComparer.Ordinal)
    {
        ["at"] = (_, self, a) => At(self, Operators.ToInteger(a.Argument(0))),
        ["concat"] = (context, self, a) => Concat(context, self, a),
        ["entries"] = (context, self, _) => List(Items(context, self).Select((item, i) => List([i, item]))),
        ["every"] = (context, self, a) => Every(context, self, a, (item, i) => Truth(context, a, self, item, i)),
        ["filter"] = (context, self, a) => List(Items(context, self).Where((item, i) => Truth(context, a, self, item, i))),
        ["find"] = (context, self, a) => FindIndex(context, self, a) is var at and >= 0 ? Members.At(self, at) : JsValue.Undefined,
        ["findIndex"] = (context, self, a) => FindIndex(context, self, a),
        ["flat"] = (context, self, a) => List(Flat(context, self, a.Argument(0).Type == JsType.Undefined ? 1 : Operators.ToInteger(a.Argument(0)))),
        ["flatMap"] = (context, self, a) => List(Flat(context, List(Items(context, self).Select((item, i) => context.Call(a.Argument(0), item, i, self))), 1)),
        ["forEach"] = (context, self, a) => ForEach(context, self, a),
        ["includes"] = (context, self, a) => Items(context, self).Skip(From(self, a)).Any(item => Operators.SameValueZero(item, a.Argument(0))),
        ["indexOf"] = (context, self, a) => IndexOf(Items(context, self), a.Argument(0), From(self, a)),
        ["join"] = (context, self, a) => Join(context, self, a.Argument(0)),
        ["keys"] = (context, self, _) => List(Items(context, self).Select((_, i) => (JsValue)i)),
        ["lastIndexOf"] = (context, self, a) => LastIndexOf(Items(context, self), a),
        ["map"] = (context, self, a) => List(Items(context, self).Select((item, i) => context.Call(a.Argument(0), item, i, self))),
        ["reduce"] = (context, self, a) => Reduce(context, self, a, fromRight: false),
        ["reduceRight"] = (context, self, a) => Reduce(context, self, a, fromRight: true),
        ["reverse"] = (context, self, _) => List(Items(context, self).AsEnumerable().Reverse()),
        ["slice"] = (context, self, a) => Slice(context, self, a),
        ["some"] = (context, self, a) => Any(context, self, a),
        ["sort"] = (context, self, a) => Sort(context, self, a.Argument(0)),
        ["toString"] = (_, self, _) => Operators.ToText(self),
        ["values"] = (context, self, _) => List(Items(context, self)),
    };

    private static JsValue List(IEnumerable<JsValue> items) => JsValue.Object(items as JsValue[] ?? items.ToArray());

    private static JsValue[] Items(JsContext context, in JsValue self) => Members.Elements(context, self);

    private static bool Truth(JsContext context, JsValue[] arguments, in JsValue self, in JsValue item, int index) =>
        Operators.Truthy(context.Call(arguments.Argument(0), item, index, self));

    private static JsValue At(in JsValue self, double index)
    {
        if (index < 0)
            index += Members.Length(self);
        return index >= 0 && index < Members.Length(self) ? Members.At(self, (int)index) : JsValue.Undefined;
    }

    private static int From(in JsValue self, JsValue[] arguments) => Methods.Relative(arguments.Argument(1), Members.Length(self), 0);

    private static JsValue Concat(JsContext context, in JsValue self, JsValue[] arguments)
    {
        var list = new List<JsValue>(Items(context, self));
        foreach (var argument in arguments)
        {
            if (Members.IsList(argument))
                list.AddRange(Items(context, argument));
            else
                list.Add(argument);
        }

        context.Spend(list.Count);
        return List(list);
    }

    private static JsValue Every(JsContext context, in JsValue self, JsValue[] arguments, Func<JsValue, int, bool> test)
    {
        RequireFunction(arguments);
        var items = Items(context, self);
        for (var i = 0; i < items.Length; i++)
        {
            if (!test(items[i], i))
                return false;
        }

        return true;
    }

    private static JsValue Any(JsContext context, in JsValue self, JsValue[] arguments)
    {
        RequireFunction(arguments);
        return FindIndex(context, self, arguments) >= 0;
    }

    private static int FindIndex(JsContext context, in JsValue self, JsValue[] arguments)
    {
        RequireFunction(arguments);
        var items = Items(context, self);
        for (var i = 0; i < items.Length; i++)
        {
            if (Truth(context, arguments, self, items[i], i))
                return i;
        }

        return -1;
    }

    private static JsValue ForEach(JsContext context, in JsValue self, JsValue[] arguments)
    {
        RequireFunction(arguments);
        var items = Items(context, self);
        for (var i = 0; i < items.Length; i++)
            context.Call(arguments[0], items[i], i, self);
        return JsValue.Undefined;
    }

    private static IEnumerable<JsValue> Flat(JsContext context, JsValue self, double depth)
    {
        foreach (var item in Items(context, self))
        {
            context.Spend(1);
            if (depth < 1 || !Members.IsList(item))
            {
                yield return item;
                continue;
            }

            foreach (var inner in Flat(context, item, Math.Min(depth, 100) - 1))
                yield return inner;
        }
    }

    private static double IndexOf(JsValue[] items, in JsValue sought, int from)
    {
        for (var i = from; i < items.Length; i++)
        {
            if (Operators.StrictEquals(items[i], sought))
                return i;
        }

        return -1;
    }

    private static double LastIndexOf(JsValue[] items, JsValue[] arguments)
    {
        var from = arguments.Length < 2 ? items.Length - 1 : Operators.ToInteger(arguments[1]);
        for (var i = (int)Math.Min(from < 0 ? items.Length + from : from, items.Length - 1); i >= 0; i--)
        {
            if (Operators.StrictEquals(items[i], arguments.Argument(0)))
                return i;
        }

        return -1;
    }

    private static JsValue Join(JsContext context, in JsValue self, in JsValue separator)
    {
        var by = separator.Type == JsType.Undefined ? "," : Operators.ToText(separator);
        var text = string.Join(by, Items(context, self).Select(item => item.IsNullish ? "" : Operators.ToText(item)));
        context.Spend(text.Length / 64);
        return text;
    }

    private static JsValue Reduce(JsContext context, in JsValue self, JsValue[] arguments, bool fromRight)
    {
        RequireFunction(arguments);
        var items = Items(context, self);
        var order = fromRight ? Enumerable.Range(0, items.Length).Reverse() : Enumerable.Range(0, items.Length);
        var value = arguments.Argument(1);
        var hasValue = arguments.Length > 1;
        foreach (var i in order)
        {
            value = hasValue ? context.Call(arguments[0], value, items[i], i, self) : items[i];
            hasValue = true;
        }

        return hasValue ? value : throw new JsException(ReasonCodes.EmptyReduce, 0);
    }

    private static JsValue Slice(JsContext context, in JsValue self, JsValue[] arguments)
    {
        var items = Items(context, self);
        var from = Methods.Relative(arguments.Argument(0), items.Length, 0);
        var to = Methods.Relative(arguments.Argument(1), items.Length, items.Length);
        return JsValue.Object(from < to ? items[from..to] : []);
    }

    private static JsValue Sort(JsContext context, in JsValue self, JsValue comparer)
    {
        var items = Items(context, self);
        context.Spend(items.Length * 4);
        var order = Comparer<JsValue>.Create((a, b) =>
        {
            if (a.Type == JsType.Undefined || b.Type == JsType.Undefined)
                return (a.Type == JsType.Undefined ? 1 : 0) - (b.Type == JsType.Undefined ? 1 : 0);
            if (comparer.Type == JsType.Undefined)
                return string.CompareOrdinal(Operators.ToText(a), Operators.ToText(b));
            var difference = Operators.ToNumber(context.Call(comparer, a, b));
            return double.IsNaN(difference) ? 0 : Math.Sign(difference);
        });
        // OrderBy is stable, as ECMAScript asks for since 2019.
        return List(items.OrderBy(item => item, order).ToArray());
    }

    private static void RequireFunction(JsValue[] arguments)
    {
        if (!Operators.IsFunction(arguments.Argument(0)))
            throw new JsException(ReasonCodes.NotAFunction, 0, Operators.ToText(arguments.Argument(0)));
    }
}
