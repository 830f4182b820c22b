-- Nothing at all.
return network {}
-- expect: 2: inputs is missing
-- expect: 2: layers is missing
-- expect: 2: head is missing
-- expect: 2: loss is missing
-- expect: 2: method is missing
